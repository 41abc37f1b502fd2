import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { ArtifactStoreClient } from '@telltale/clients/artifact-store-client';
import { createKey } from '@telltale/store/config';
import { createDatabase } from '@telltale/store/database';
import { parseSize } from '@telltale/runtime/units';
import { createContent, type Content } from './artifacts/content.ts';
import { watchMemory } from './artifacts/watch-memory.ts';
import { startChild } from './children.ts';
import { startServers } from './servers.ts';
import { keySecret, serviceEnvironment, startGateway } from './services.ts';

/**
 * A large artifact up, down and in ranges, through the client and a gateway process, on a folder and on a server that
 * speaks S3: how fast, what memory it takes beside a tenth of it, and whether every byte is the one that was sent.
 *   npm run bench:artifacts -- [--size 1GB] [--ranges 200]
 * Exits 1 when a byte differs, or when the gateway took more than `most` beyond what the tenth took.
 */
const { values } = parseArgs({
  options: { size: { type: 'string', default: '1GB' }, ranges: { type: 'string', default: '200' } },
});
const size = parseSize(values.size) ?? 0;
const ranges = Number(values.ranges);
const rangeBytes = 65_536;
const most = 64 * 1024 * 1024;
const mib = (bytes: number): string => (bytes / 1024 / 1024).toFixed(0);
const say = (...columns: string[]): void =>
  console.log(columns.map((text, index) => (index < 2 ? text.padEnd(17) : text.padStart(13))).join(''));
let failures = 0;
const check = (what: string, isRight: boolean): void => {
  if (isRight) return;
  failures += 1;
  console.error(`WRONG: ${what}`);
};

const folder = mkdtempSync(join(tmpdir(), 'telltale-bench-artifacts-'));
await using servers = await startServers();
const databaseUrl = await servers.createDatabase('artifacts');
let s3Port = 0;
const s3 = await startChild(new URL('artifacts/s3-server.ts', import.meta.url), {
  args: [join(folder, 's3')],
  onMessage: ({ port }) => (s3Port = Number(port)),
});
const places: Record<string, Record<string, string>> = {
  'a folder': { TELLTALE_ARTIFACTS: join(folder, 'files') },
  's3rver (S3)': {
    TELLTALE_ARTIFACTS: 's3://artifacts/bench',
    TELLTALE_S3_ENDPOINT: `http://127.0.0.1:${s3Port}`,
    TELLTALE_S3_ACCESS_KEY_ID: 'S3RVER',
    TELLTALE_S3_SECRET_ACCESS_KEY: 'S3RVER',
  },
};

async function keyOf(): Promise<string> {
  await using database = createDatabase({ url: databaseUrl, max: 1, applicationName: 'bench' });
  const { key } = await createKey(database.kysely, {
    keySecret,
    teamId: 'bench',
    name: 'bench',
    scopes: ['ingest', 'read'],
    principal: { kind: 'service', id: 'bench' },
    expiresAt: null,
    actor: 'user:bench',
  });
  return key;
}

async function hashOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of bytes) hash.update(chunk);
  return hash.digest('hex');
}

/** One content there and back; the gateway's peak in bytes. */
async function passThrough(options: {
  store: string;
  content: Content;
  url: string;
  key: string;
  pid: number;
}): Promise<number> {
  const { store, content, url, key, pid } = options;
  await using client = new ArtifactStoreClient({ baseUrl: url, apiKey: key, timeoutSeconds: 120 });
  const whole = content.sha256(0, content.bytes - 1);
  let highest = 0;
  const measure = async <T>(what: string, bytes: number, work: () => Promise<T>): Promise<T> => {
    const [gateway, own] = [watchMemory(pid), watchMemory(process.pid)];
    const from = performance.now();
    const result = await work();
    const seconds = (performance.now() - from) / 1_000;
    const [peak, mine] = [gateway.stop(), own.stop()];
    highest = Math.max(highest, peak);
    const speed = (bytes / 1e6 / seconds).toFixed(0);
    say(store, what, (bytes / 1e6).toFixed(0), speed, mib(gateway.before), mib(peak), mib(mine - own.before));
    return result;
  };
  const stored = await measure('up', content.bytes, () => client.upload('log', () => content.open()));
  check(`${store}: the sha256 of what was stored`, stored.sha256 === whole && stored.size_bytes === content.bytes);
  const down = await measure('down', content.bytes, async () => hashOf(await client.download(stored.uri)));
  check(`${store}: what came down`, down === whole);
  const address = `${url}/api/v1/artifacts/${stored.uri.slice('artifact:'.length)}`;
  const rangeOf = async (start: number, end: number): Promise<string> => {
    const headers = { authorization: `Bearer ${key}`, range: `bytes=${start}-${end}` };
    const answer = await fetch(address, { headers });
    check(`${store}: the status of a range`, answer.status === 206);
    return answer.body === null ? '' : hashOf(Readable.fromWeb(answer.body as never));
  };
  const middle = Math.floor(content.bytes / 2);
  const half = await measure('second half', content.bytes - middle, () => rangeOf(middle, content.bytes - 1));
  check(`${store}: the second half`, half === content.sha256(middle, content.bytes - 1));
  await measure(`${ranges} ranges`, ranges * rangeBytes, async () => {
    for (let number = 0; number < ranges; number += 1) {
      const start = Math.floor(Math.random() * (content.bytes - rangeBytes));
      const end = start + rangeBytes - 1;
      check(`${store}: bytes ${start}-${end}`, (await rangeOf(start, end)) === content.sha256(start, end));
    }
  });
  return highest;
}

try {
  const key = await keyOf();
  say('store', 'what', 'MB', 'MB/s', 'before MiB', 'peak MiB', 'client +MiB');
  for (const [store, place] of Object.entries(places)) {
    const env = { ...serviceEnvironment(databaseUrl, servers.redisUrl), ...place };
    const data = { TELLTALE_DATA_DIR: join(folder, 'data'), TELLTALE_ARTIFACTS_QUOTA: 'off', TELLTALE_CANARY: 'false' };
    const { child, url } = await startGateway({ ...env, ...data });
    const about = { store, url, key, pid: child.pid };
    const tenth = await passThrough({ ...about, content: createContent(Math.floor(size / 10)) });
    const whole = await passThrough({ ...about, content: createContent(size) });
    check(`${store}: ${mib(whole - tenth)} MiB more than for a tenth`, whole - tenth <= most);
    await child.stop();
  }
} finally {
  await s3.stop();
  rmSync(folder, { recursive: true, force: true });
}
console.log(failures === 0 ? 'every byte is the one that was sent, and memory is flat' : `${failures} WRONG`);
process.exitCode = failures === 0 ? 0 : 1;
