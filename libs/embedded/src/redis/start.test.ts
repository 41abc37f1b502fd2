import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { processesIn } from '../process-table.ts';
import { startRedis } from './start.ts';

let folder: string;
const log = { info: () => undefined, warn: () => undefined };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'telltale-redis-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function ask(port: number, commands: string): Promise<string> {
  const socket = createConnection({ port, host: '127.0.0.1' });
  socket.end(`${commands}QUIT\r\n`);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

test('answers only to its password, never evicts, and leaves no process', async () => {
  const server = await startRedis({ dataDir: folder, appendOnly: true, maxMemory: '64mb', env: process.env, log });
  const { password } = new URL(server.url);
  expect(await ask(server.port, 'PING\r\n')).toContain('NOAUTH');
  const answer = await ask(server.port, `AUTH ${password}\r\nCONFIG GET maxmemory*\r\nCONFIG GET appendonly\r\n`);
  expect(answer).toContain('noeviction');
  expect(answer).toContain(String(64 * 1024 * 1024));
  expect(answer).toContain('yes');
  expect(statSync(join(folder, 'redis.conf')).mode & 0o777).toBe(0o600);
  await server.stop();
  expect(processesIn(folder, 'redis-server')).toEqual([]);
});

test('without a redis-server and without a way to fetch one, the refusal names the remedy', async () => {
  const nowhere = { PATH: folder };
  await expect(
    startRedis({ dataDir: join(folder, 'data'), cacheDir: join(folder, 'cache'), appendOnly: true, env: nowhere, log }),
  ).rejects.toMatchObject({
    code: 'program_missing',
    message: expect.stringMatching(/apt-get install redis-server.*TELLTALE_REDIS_URL/),
  });
});

test('a start that is given up leaves nothing running', async () => {
  const given = AbortSignal.abort(new Error('given up'));
  const start = startRedis({ dataDir: folder, appendOnly: true, env: process.env, signal: given, log });
  await expect(start).rejects.toThrow('given up');
  expect(processesIn(folder, 'redis-server')).toEqual([]);
});
