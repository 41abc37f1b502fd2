import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Starts the files of `tests/`, which drive the whole product and wait most, before the rest: one that started last would
 * keep a worker busy alone. On a clean clone vitest knows no durations to sort by.
 */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean =>
      /\/tests\/[^/]+\/src\/|\/apps\/cli\/src\/up\//.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    include: ['{libs,services,apps,tests,bench}/**/src/**/*.test.ts', 'tools/**/*.test.ts'],
    // What takes a minute or more alone: `npm run test:slow`.
    exclude: [...configDefaults.exclude, '**/*.slow.test.ts'],
    globalSetup: ['libs/testkit/src/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // No module of ours works at import or holds more than what it found out once, so files share their two processes: one of
    // its own for each of 370 cost half a second.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    testTimeout: 90_000,
    hookTimeout: 120_000,
    retry: 0,
    passWithNoTests: false,
    reporters: ['default'],
  },
});
