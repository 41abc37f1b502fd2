import { readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { createTestDatabase } from '@telltale/testkit/test-database';
import { expect, test } from 'vitest';
import { createDatabase } from './database.ts';
import { backgroundNice } from './yield-to-others.ts';

/** The server's process of a new connection, and how nice it is; null where it runs on another machine. */
async function niceOf(url: string, isBackground: boolean): Promise<number | null> {
  await using database = createDatabase({ url, max: 1, applicationName: 'nice', isBackground });
  const { rows } = await database.pool.query<{ pid: number }>('select pg_backend_pid() as pid');
  const pid = rows[0]?.pid ?? 0;
  const isHere = (): boolean => readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith('postgres:');
  try {
    return isHere() ? getPriority(pid) : null;
  } catch {
    return null;
  }
}

test('what works in the background leaves the processors to others, where the server is on this machine', async () => {
  await using database = await createTestDatabase();
  const usual = await niceOf(database.url, false);
  expect(await niceOf(database.url, true)).toBe(usual === null ? null : Math.max(usual, backgroundNice));
});
