import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { processesIn } from '../process-table.ts';
import { startPostgres } from './start.ts';

let folder: string;
const log = { info: () => undefined, warn: () => undefined };
const settings = { fsync: 'off' };

beforeEach(() => {
  // mkdtemp makes 0700, which nobody but its owner may enter.
  folder = mkdtempSync(join(tmpdir(), 'telltale-postgres-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('starts in a folder that only this user may enter, with a password nobody else may read', async () => {
  const server = await startPostgres({ dataDir: folder, settings, log });
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'password')).mode & 0o777).toBe(0o600);
  expect(server.url).toContain(readFileSync(join(folder, 'password'), 'utf8'));
  expect(readFileSync(join(folder, 'pgdata/pg_hba.conf'), 'utf8')).not.toMatch(/^[^#]*\btrust\b/m);
  await server.stop();
  await expect(server.exited).resolves.toEqual({ code: 0, signal: null });
  expect(processesIn(join(folder, 'pgdata'), 'postgres')).toEqual([]);
  expect(existsSync(join(folder, 'server.json'))).toBe(false);
});

test('a port that somebody else holds is said in one sentence, and nothing is left running', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const address = holder.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await expect(startPostgres({ dataDir: folder, port, settings, log })).rejects.toMatchObject({ code: 'start_failed' });
  expect(processesIn(join(folder, 'pgdata'), 'postgres')).toEqual([]);
  holder.close();
});

// The way for root where namespaces are refused; nobody else can take it.
if (process.geteuid?.() === 0) {
  test('where namespaces are refused, data made in place move to where nobody reaches them, and go when their folder is gone', async () => {
    const inPlace = await startPostgres({ dataDir: folder, settings, log });
    await inPlace.stop();
    const moved = await startPostgres({ dataDir: folder, settings, log, seat: 'copy' });
    const outside = readFileSync(join(folder, 'location'), 'utf8');
    expect(statSync(join(outside, 'pgdata')).uid).toBe(65_534);
    expect(existsSync(join(folder, 'pgdata'))).toBe(false);
    await moved.stop();

    const again = await startPostgres({ dataDir: folder, settings, log });
    expect(processesIn(join(outside, 'pgdata'), 'postgres')).not.toEqual([]);
    await again.stop();

    rmSync(folder, { recursive: true });
    const other = await startPostgres({ dataDir: folder, settings, log, seat: 'copy' });
    expect(existsSync(outside)).toBe(false);
    await other.stop();
    rmSync(readFileSync(join(folder, 'location'), 'utf8'), { recursive: true });
  });
}
