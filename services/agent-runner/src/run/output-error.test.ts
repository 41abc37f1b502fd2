import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { bash, ofKind, plainEnvironment, watchCommand } from '../test-support/watch-command.ts';

const failing = (code: string) => ({ write: () => Promise.reject(Object.assign(new Error(`${code}: no`), { code })) });

test('output that a full disk did not take is no success', () => {
  const folder = mkdtempSync(join(tmpdir(), 'output-error-'));
  try {
    const runner = fileURLToPath(new URL('../test-support/foreground-runner.ts', import.meta.url));
    const file = join(folder, 'said.json');
    const script = 'exec "$@" > /dev/full';
    const { status } = spawnSync('sh', ['-c', script, 'sh', process.execPath, runner, file, 'echo', 'hi'], {
      env: plainEnvironment,
    });
    expect(status).toBe(125);
    const said: unknown = JSON.parse(readFileSync(file, 'utf8'));
    expect(said).toMatchObject({
      result: { exitCode: 125, endReason: 'completed', outputError: expect.stringContaining('ENOSPC') as string },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the program’s own failure keeps its exit code, and what was lost is said', async () => {
  const streams = { stdin: 'ignore', stdout: failing('EIO'), stderr: null, terminal: false } as const;
  const { result, records } = await watchCommand(bash('echo hi; exit 3'), { streams });
  expect(result).toMatchObject({
    exitCode: 3,
    outputError: 'stdout of the program could not be passed on whole: EIO: no',
  });
  expect(ofKind(records, 'log_entry').at(-1)).toMatchObject({ level: 'error', message: result.outputError });
});

test('a reader that went away is no failure of ours', async () => {
  const streams = { stdin: 'ignore', stdout: failing('EPIPE'), stderr: null, terminal: false } as const;
  const { result } = await watchCommand(['echo', 'hi'], { streams });
  expect(result).toMatchObject({ exitCode: 0, outputError: null });
});
