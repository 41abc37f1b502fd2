import { spawn } from 'node:child_process';

/** `npm test`: verify, the browser where the machine has none, then every vitest suite; arguments go to vitest. */
const steps = [
  [process.execPath, 'tools/verify.ts'],
  [process.execPath, 'tools/fetch-browser.ts'],
  [process.execPath, 'node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)],
] as const;

for (const [command, ...rest] of steps) {
  const code = await new Promise<number>((resolve) => {
    const child = spawn(command, rest, { stdio: 'inherit' });
    child.on('error', () => resolve(1));
    child.on('close', (exitCode) => resolve(exitCode ?? 1));
  });
  if (code !== 0) {
    process.exitCode = code;
    break;
  }
}
