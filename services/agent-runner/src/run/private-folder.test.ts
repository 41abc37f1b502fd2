import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { systemClock } from '@telltale/runtime/clock';
import { afterEach, expect, test, vi } from 'vitest';
import { createGitWatcher } from '../git/git-watcher.ts';
import { bash, plainEnvironment, quietLog, watchCommand } from '../test-support/watch-command.ts';
import { makePrivateFolder } from './private-folder.ts';
import { startChild } from './start-child.ts';

afterEach(() => vi.unstubAllEnvs());

test('a $TMPDIR that is not there leaves /tmp, and the program runs', async () => {
  vi.stubEnv('TMPDIR', '/nonexistent/tmp');
  expect(tmpdir()).toBe('/nonexistent/tmp');
  const folder = await makePrivateFolder();
  expect(dirname(folder.path ?? '')).toBe('/tmp');
  await folder[Symbol.asyncDispose]();
  expect(existsSync(folder.path ?? '')).toBe(false);
  expect((await watchCommand(bash('echo hi; exit 3'))).result).toMatchObject({ exitCode: 3, lines: 1 });
});

test.each([null, '/nonexistent/a'])('git reports nowhere when its socket cannot stand in %s', async (folder) => {
  const git = await createGitWatcher({
    cwd: '/',
    folder,
    runId: 'r',
    env: plainEnvironment,
    clock: systemClock,
    log: quietLog,
    onActivity: () => undefined,
  });
  expect(git.environment).toEqual({});
  await git.finish();
});

test('where no folder can be made a program starts nevertheless', async () => {
  await using folder = await makePrivateFolder(['/nonexistent/a', '/nonexistent/b']);
  expect(folder.path).toBeNull();
  const started = await startChild({
    argv: bash('echo hi'),
    cwd: undefined,
    env: { PATH: plainEnvironment['PATH'] ?? '' },
    streams: { stdin: 'ignore', stdout: { write: () => Promise.resolve() }, stderr: null, terminal: false },
    folder: folder.path,
  });
  if (!started.ok || started.stdout === null) throw new Error('it did not start');
  const said: Buffer[] = [];
  for await (const chunk of started.stdout as AsyncIterable<Buffer>) said.push(chunk);
  expect(Buffer.concat(said).toString()).toBe('hi\n');
});
