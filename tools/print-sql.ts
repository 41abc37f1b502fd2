import { spawnSync } from 'node:child_process';

/** Prints what libs/store/src/read asks PostgreSQL, and the plans, into libs/store/sql; its test fails on drift. */
const test = 'libs/store/src/read/printed-sql.test.ts';
const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', test, '--update'], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
