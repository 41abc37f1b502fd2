import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import S3rver from 's3rver';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openFolderStore } from './folder-store.ts';
import { ObjectMissingError, type ObjectStore } from './object-store.ts';
import { openS3Store } from './s3-store.ts';

let folder = '';
let server: { close(): Promise<void> } | undefined;
const stores = new Map<string, ObjectStore>();
const bucket = 'artifacts';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stores-'));
  stores.set('a folder', await openFolderStore(join(folder, 'files')));
  const s3rver = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory: join(folder, 's3'),
    configureBuckets: [{ name: bucket, configs: [] }],
  });
  const { port } = await s3rver.run();
  server = s3rver;
  stores.set(
    'an S3 server',
    openS3Store({
      bucket,
      prefix: 'team/',
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    }),
  );
});
afterAll(async () => {
  for (const store of stores.values()) (store as Partial<Disposable>)[Symbol.dispose]?.();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

const storeOf = (name: string): ObjectStore => {
  const store = stores.get(name);
  if (store === undefined) throw new Error(name);
  return store;
};
/** Bytes that no compression and no lucky repetition hides. */
function* noise(bytes: number): Generator<Buffer> {
  for (let at = 0; at < bytes; at += 65_536) {
    const seed = createHash('sha512').update(String(at)).digest();
    yield Buffer.alloc(Math.min(65_536, bytes - at), seed);
  }
}
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe.each(['a folder', 'an S3 server'])('%s', (name) => {
  test.each([0, 1, 65_537, 20 * 1024 * 1024])('keeps %i bytes as they are, as a whole and in ranges', async (size) => {
    const [store, id] = [storeOf(name), randomUUID()];
    const wanted = Buffer.concat([...noise(size)]);
    await store.write(id, Readable.from(noise(size)));
    expect(sha256(await buffer(await store.read(id)))).toBe(sha256(wanted));
    if (size < 10) return;
    const range = { start: size - 70_000 > 0 ? size - 70_000 : 3, end: size - 2 };
    const part = await buffer(await store.read(id, range));
    expect(sha256(part)).toBe(sha256(wanted.subarray(range.start, range.end + 1)));
  });

  test('what is not there is missing, and removing it is fine', async () => {
    const [store, id] = [storeOf(name), randomUUID()];
    await store.remove(id);
    await expect(store.read(id)).rejects.toThrow(ObjectMissingError);
    await store.write(id, Readable.from([Buffer.from('x')]));
    await store.remove(id);
    await expect(store.read(id)).rejects.toThrow(ObjectMissingError);
  });

  test('a stream that breaks fails the write, and nothing is there', async () => {
    const [store, id] = [storeOf(name), randomUUID()];
    const breaking = Readable.from(
      (function* () {
        yield* noise(9 * 1024 * 1024);
        throw new Error('the line broke');
      })(),
    );
    await expect(store.write(id, breaking)).rejects.toThrow('the line broke');
    await store.remove(id);
    await expect(store.read(id)).rejects.toThrow(ObjectMissingError);
  });

  test('says how it is', async () => {
    expect(await storeOf(name).look(AbortSignal.timeout(40_000))).toMatch(/GB free|the bucket artifacts at/);
  });
});

test('a folder follows no link that lies where an object should be', async () => {
  const id = randomUUID();
  const files = join(folder, 'files');
  const secret = join(folder, 'secret');
  await writeFile(secret, 'secret');
  const store = storeOf('a folder');
  await store.write(id, Readable.from([Buffer.from('x')]));
  await store.remove(id);
  await symlink(secret, join(files, id.slice(0, 2), id));
  await expect(store.read(id)).rejects.toThrow(ObjectMissingError);
  await symlink(secret, join(files, id.slice(0, 2), `${id}.part`));
  await expect(store.write(id, Readable.from([Buffer.from('x')]))).rejects.toThrow();
  expect((await readdir(join(files, id.slice(0, 2)))).length).toBeGreaterThan(0);
});

test('a bucket that is not there is said when somebody looks', async () => {
  const { endpoint } = { endpoint: 'http://127.0.0.1:9' };
  using store = openS3Store({ bucket, prefix: '', endpoint, region: 'us-east-1', credentials: undefined });
  await expect(store.look(AbortSignal.timeout(2_000))).rejects.toThrow();
});
