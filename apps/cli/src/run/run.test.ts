import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'telltale-away-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A run of which nobody wants to hear: nothing listens on that port. */
function runAway(flags: string[] = [], more: Record<string, string> = {}, leave?: string) {
  const env = { PATH: process.env['PATH'], XDG_STATE_HOME: folder, TELLTALE_API_KEY: 'tt_key_secret', ...more };
  const main = join(import.meta.dirname, '../main.ts');
  const argv = [
    main,
    'run',
    '--url',
    'http://127.0.0.1:1',
    ...flags,
    '--',
    'sh',
    '-c',
    'echo out; echo err >&2; exit 3',
  ];
  return new Promise<{ code: unknown; out: string; err: string }>((done) => {
    const answer = (error: { code?: unknown } | null, out: string, err: string) =>
      done({ code: error?.code, out, err });
    if (leave === undefined) execFile(process.execPath, argv, { env }, answer);
    else
      execFile('sh', ['-c', 'cd "$0" && rmdir "$0" && exec "$@"', leave, process.execPath, ...argv], { env }, answer);
  });
}

test('while the gateway is away a run is as always, and its end says where the records wait', async () => {
  const { code, out, err } = await runAway();
  expect([code, out]).toEqual([3, 'out\n']);
  const spool = join(folder, 'telltale/spool');
  expect(err).toMatch(
    /^err\ntelltale: http:\/\/127\.0\.0\.1:1 did not take \d+ records \(.*ECONNREFUSED.*\); they wait in /,
  );
  expect(err).toContain(`they wait in ${spool} and go with the next run\n`);
  expect(readdirSync(spool)).toHaveLength(1);
});

test('where nothing can be written a run is as always, and its end says that the records are lost', async () => {
  // Below /proc the system says that folders are missing which are there.
  const { code, out, err } = await runAway([], { XDG_STATE_HOME: '/proc/nowhere' });
  expect([code, out]).toEqual([3, 'out\n']);
  expect(err).toContain('they are lost, as /proc/nowhere/telltale/spool cannot be written\n');
});

test('a quiet run says nothing of its own', async () => {
  expect(await runAway(['--quiet'])).toEqual({ code: 3, out: 'out\n', err: 'err\n' });
});

test('a temporary folder that is not there, and a working folder that is gone, keep no command from running', async () => {
  const { code, out } = await runAway(['--quiet'], { TMPDIR: join(folder, 'nowhere') });
  expect([code, out]).toEqual([3, 'out\n']);
  const gone = mkdtempSync(join(folder, 'gone-'));
  const inGone = await runAway(['--quiet'], {}, gone);
  expect([inGone.code, inGone.out]).toEqual([3, 'out\n']);
});
