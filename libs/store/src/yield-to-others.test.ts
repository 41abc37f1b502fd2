import { readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { createTestDatabase } from '@telltale/testkit/test-database';
import { expect, test } from 'vitest';
import { createDatabase } from './database.ts';
import { backgroundNice } from './yield-to-others.ts';

/** How nice the session of a process is where Linux weighs sessions; null where it does not. */
function sessionNice(pid: number): number | null {
  try {
    const said = /nice (-?\d+)/.exec(readFileSync(`/proc/${pid}/autogroup`, 'latin1'))?.[1];
    return said === undefined ? null : Number(said);
  } catch {
    return null;
  }
}

type Nice = { process: number; session: number | null };

/** The server's process of a new connection, and how nice it is; null where it runs on another machine. */
async function niceOf(url: string, isBackground: boolean): Promise<Nice | null> {
  await using database = createDatabase({ url, max: 1, applicationName: 'nice', isBackground });
  const { rows } = await database.pool.query<{ pid: number }>('select pg_backend_pid() as pid');
  const pid = rows[0]?.pid ?? 0;
  const isHere = (): boolean => readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith('postgres:');
  try {
    return isHere() ? { process: getPriority(pid), session: sessionNice(pid) } : null;
  } catch {
    return null;
  }
}

test('what works in the background leaves the processors to others, where the server is on this machine', async () => {
  await using database = await createTestDatabase();
  const usual = await niceOf(database.url, false);
  const nicer = (than: number): number => Math.max(than, backgroundNice);
  const session = usual === null || usual.session === null ? null : nicer(usual.session);
  const expected = usual === null ? null : { process: nicer(usual.process), session };
  expect(await niceOf(database.url, true)).toEqual(expected);
});
