import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createOperatorKey } from '@telltale/store/config';
import { createDatabase } from '@telltale/store/database';
import { createTestDatabase } from '@telltale/testkit/test-database';
import { createTestRedis } from '@telltale/testkit/test-redis';
import { freePort } from '@telltale/embedded/free-port';

export const repositoryRoot = resolve(import.meta.dirname, '../../..');

const serviceNames = ['gateway', 'collector', 'aggregator', 'agent-runner'] as const;
export type ServiceName = (typeof serviceNames)[number];

export type ServiceProcess = { name: ServiceName; child: ChildProcess; log: () => string };

/** Resolves when the service says that it has started; rejects with what it wrote when it ends before. */
function started({ name, child, log }: ServiceProcess): Promise<void> {
  return new Promise((ready, failed) => {
    child.once('message', () => ready());
    child.once('exit', (code) => failed(new Error(`${name} ended with ${String(code)}:\n${log()}`)));
  });
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((done) => child.once('exit', () => done()));
}

/**
 * The four services as real processes, with a database and a Redis of their own and an operator's key. With `redisUrl`
 * and `databaseUrl` they use those: a test that stops its servers brings its own.
 */
export async function startProduct({ redisUrl, databaseUrl }: { redisUrl?: string; databaseUrl?: string } = {}) {
  const database =
    databaseUrl === undefined
      ? await createTestDatabase()
      : { url: databaseUrl, [Symbol.asyncDispose]: async () => {} };
  const redis =
    redisUrl === undefined ? await createTestRedis() : { url: redisUrl, [Symbol.asyncDispose]: async () => {} };
  const dataDir = await mkdtemp(join(tmpdir(), 'telltale-pipeline-'));
  const port = await freePort();
  const keySecret = 'pipeline-test-secret-of-32-chars-and-more';
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: dataDir,
    TELLTALE_DATABASE_URL: database.url,
    TELLTALE_REDIS_URL: redis.url,
    TELLTALE_KEY_SECRET: keySecret,
    TELLTALE_DATA_DIR: dataDir,
    TELLTALE_PORT: String(port),
    TELLTALE_METRICS_PORT: 'off',
  };
  const start = (name: ServiceName, more: Record<string, string> = {}): ServiceProcess => {
    const main = join(repositoryRoot, 'services', name, 'src/main.ts');
    const child = spawn(process.execPath, [main], {
      env: { ...env, ...more },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
    return { name, child, log: () => text };
  };

  await using db = createDatabase({ url: database.url, max: 1, applicationName: 'pipeline-test' });
  const { key } = await createOperatorKey(db.kysely, { keySecret, name: 'pipeline' });
  const services = new Map(serviceNames.map((name) => [name, start(name)]));
  await Promise.all([...services.values()].map(started));
  const url = `http://127.0.0.1:${port}`;

  return {
    url,
    key,
    env,
    databaseUrl: database.url,
    redisUrl: redis.url,
    service: (name: ServiceName): ServiceProcess => {
      const service = services.get(name);
      if (service === undefined) throw new Error(`no service ${name}`);
      return service;
    },
    /** Starts a service again after it was killed, with further variables if need be. */
    async restart(name: ServiceName, more: Record<string, string> = {}): Promise<void> {
      const again = start(name, more);
      services.set(name, again);
      await started(again);
    },
    /** GET below /api/v1 with the operator's key; throws on any other status than 200. */
    async get<T>(path: string): Promise<T> {
      const response = await fetch(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${key}` } });
      if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    },
    post(path: string, body: unknown): Promise<Response> {
      return fetch(`${url}/api/v1${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
    },
    async [Symbol.asyncDispose]() {
      for (const { child } of services.values()) child.kill('SIGTERM');
      await Promise.all([...services.values()].map(({ child }) => ended(child)));
      await redis[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
export type Product = Awaited<ReturnType<typeof startProduct>>;
