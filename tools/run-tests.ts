import { spawn } from 'node:child_process';

/**
 * `npm test`: verify, the browser where the machine has none, then every vitest suite; arguments go to vitest.
 * `npm run test:slow` (`--slow` first): the suites that `npm test` leaves out, without verify.
 */
const given = process.argv.slice(2);
const slow = given[0] === '--slow';
const vitest = ['node_modules/vitest/vitest.mjs', 'run'];
const steps = [
  ...(slow ? [] : [['tools/verify.ts']]),
  ['tools/fetch-browser.ts'],
  slow ? [...vitest, '--config', 'vitest.slow.config.ts', ...given.slice(1)] : [...vitest, ...given],
];

for (const args of steps) {
  const code = await new Promise<number>((resolve) => {
    const child = spawn(process.execPath, args, { stdio: 'inherit' });
    child.on('error', () => resolve(1));
    child.on('close', (exitCode) => resolve(exitCode ?? 1));
  });
  if (code !== 0) {
    process.exitCode = code;
    break;
  }
}
