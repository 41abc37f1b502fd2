import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startPostgres } from './postgres/start.ts';
import { isRunning, markOf, processesIn, type ProcessMark } from './process-table.ts';
import { startRedis } from './redis/start.ts';
import { waitUntil } from './wait-until.ts';

let folder: string;
let said: string[];
const log = { info: (line: string) => void said.push(line), warn: (line: string) => void said.push(line) };
const postgres = () => startPostgres({ dataDir: join(folder, 'postgres'), settings: { fsync: 'off' }, log });
const redis = () => startRedis({ dataDir: join(folder, 'redis'), appendOnly: true, env: process.env, log });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'telltale-embedded-'));
  said = [];
});

afterEach(() => {
  killAll(serverProcesses());
  rmSync(folder, { recursive: true, force: true });
});

function serverProcesses(): ProcessMark[] {
  return [
    ...processesIn(join(folder, 'postgres/pgdata'), 'postgres'),
    ...processesIn(join(folder, 'redis'), 'redis-server'),
  ];
}

function killAll(marks: readonly ProcessMark[]): void {
  for (const { pid } of marks) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // A part of PostgreSQL ends by itself when its postmaster is gone.
    }
  }
}

/** Another process that owns the servers, as an earlier `telltale up` did. */
async function startOwner(): Promise<{
  owner: ChildProcess;
  pids: { postgres: number; redis: number; redisUrl: string };
}> {
  const owner = spawn(process.execPath, [join(import.meta.dirname, 'hold-servers.fixture.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: owner.stdout }), 'line')) as [string];
  return { owner, pids: JSON.parse(line) as { postgres: number; redis: number; redisUrl: string } };
}

/** One inline command on a connection of its own. */
async function ask(url: string, ...commands: string[]): Promise<string> {
  const { port, password } = new URL(url);
  const socket = createConnection({ port: Number(port), host: '127.0.0.1' });
  socket.end(`${[`AUTH ${password}`, ...commands, 'QUIT'].join('\r\n')}\r\n`);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

test('both servers start again at once after a kill -9 of everything, and Redis has its data', async () => {
  const { owner, pids } = await startOwner();
  await ask(pids.redisUrl, 'SET kept yes');
  const victims = serverProcesses();
  expect(victims.map((mark) => mark.pid)).toEqual(expect.arrayContaining([pids.postgres, pids.redis]));
  owner.kill('SIGKILL');
  killAll(victims);

  const [database, cache] = await Promise.all([postgres(), redis()]);

  expect(database.pid).not.toBe(pids.postgres);
  expect(await ask(cache.url, 'GET kept')).toContain('yes');
  await Promise.all([database.stop(), cache.stop()]);
  expect(serverProcesses()).toEqual([]);
});

test('servers whose owner alone was killed are stopped and replaced', async () => {
  const { owner, pids } = await startOwner();
  const left = [markOf(pids.postgres), markOf(pids.redis)].filter((mark) => mark !== undefined);
  owner.kill('SIGKILL');
  await once(owner, 'exit');

  const [database, cache] = await Promise.all([postgres(), redis()]);

  expect(left.map(isRunning)).toEqual([false, false]);
  expect(said.filter((line) => line.includes('left behind'))).toHaveLength(2);
  await Promise.all([database.stop(), cache.stop()]);
});

test('a folder whose owner lives is refused as taken, and its server goes on', async () => {
  const first = await postgres();
  await expect(postgres()).rejects.toMatchObject({
    code: 'folder_taken',
    message: expect.stringContaining('--data-dir'),
  });
  const mark = markOf(first.pid);
  expect(mark && isRunning(mark)).toBe(true);
  await first.stop();
});

test('a lock file that names a pid of somebody else does not keep PostgreSQL from starting', async () => {
  const first = await postgres();
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  await waitUntil(() => serverProcesses().length === 0, 40_000);
  const lockFile = join(folder, 'postgres/pgdata/postmaster.pid');
  writeFileSync(lockFile, readFileSync(lockFile, 'utf8').replace(/^\d+/, String(process.ppid)));
  const second = await postgres();
  await second.stop();
});
