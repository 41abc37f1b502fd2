import { spawn } from 'node:child_process';

export type Check = { name: string; argv: readonly [string, ...string[]] };

type Outcome = { check: Check; ok: boolean; output: string; seconds: number };

function runCheck(check: Check): Promise<Outcome> {
  const began = performance.now();
  const [command, ...rest] = check.argv;
  return new Promise((resolve) => {
    const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', NO_COLOR: '1' };
    const child = spawn(command === 'node' ? process.execPath : `node_modules/.bin/${command}`, rest, { env });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const done = (ok: boolean): void => resolve({ check, ok, output, seconds: (performance.now() - began) / 1000 });
    child.on('error', (error) => {
      output += String(error);
      done(false);
    });
    child.on('close', (code) => done(code === 0));
  });
}

/** Runs all checks at once, prints one line each and the output of what failed; answers how many failed. */
export async function runChecks(checks: readonly Check[]): Promise<number> {
  const outcomes = await Promise.all(checks.map(runCheck));
  for (const { check, ok, output, seconds } of outcomes) {
    console.log(`${ok ? 'ok    ' : 'FAILED'} ${check.name} (${seconds.toFixed(1)} s)`);
    if (!ok) console.log(output);
  }
  return outcomes.filter((outcome) => !outcome.ok).length;
}
