import { configDefaults, defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** The suites that `npm test` leaves out because each takes a minute or more; CI runs them after it. */
export default defineConfig({
  test: {
    ...base.test,
    include: ['{libs,services,apps,tests,bench}/**/src/**/*.slow.test.ts'],
    exclude: [...configDefaults.exclude],
  },
});
