import { configDefaults, defineConfig } from 'vitest/config';
import { LongestFirst } from './tools/longest-first.ts';

export default defineConfig({
  test: {
    include: ['{libs,services,apps,tests,bench}/**/src/**/*.test.ts', 'tools/**/*.test.ts'],
    // What takes a minute or more alone: `npm run test:slow`.
    exclude: [...configDefaults.exclude, '**/*.slow.test.ts'],
    globalSetup: ['libs/testkit/src/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    testTimeout: 90_000,
    hookTimeout: 120_000,
    retry: 0,
    passWithNoTests: false,
    reporters: ['default'],
  },
});
