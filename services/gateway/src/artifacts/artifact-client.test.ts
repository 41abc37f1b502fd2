import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ArtifactStoreClient } from '@telltale/clients/artifact-store-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

const folder = mkdtempSync(join(tmpdir(), 'artifacts-'));
let t: TestGateway;
let client: ArtifactStoreClient;
beforeAll(async () => {
  t = await createTestGateway({
    config: { artifacts: { place: { folder }, quota: null, whenFull: 'refuse', keptMs: null } },
  });
  const { authorization } = await t.as('red', 'ingest', 'read');
  const identity = { task_id: 't-1', agent_id: 'coder' };
  client = new ArtifactStoreClient({ baseUrl: t.gateway.url, apiKey: authorization.slice('Bearer '.length), identity });
});
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await t[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const mebibyte = 1024 * 1024;
/** `CORPUS=whole` sends the gigabyte. */
const size = (process.env['CORPUS'] === 'whole' ? 1_024 : 96) * mebibyte;

test('a large file passes both ways as it is, and memory stays flat', { timeout: 180_000 }, async () => {
  const chunk = Buffer.alloc(mebibyte, 'some bytes that repeat ');
  const before = process.memoryUsage().rss;
  let peak = before;
  const look = (): void => {
    peak = Math.max(peak, process.memoryUsage().rss);
  };
  const open = (): Readable =>
    Readable.from(
      (function* () {
        for (let sent = 0; sent < size; sent += chunk.length) {
          look();
          yield chunk;
        }
      })(),
    );
  const stored = await client.upload('log', open, { lines: 1 });
  expect(stored.size_bytes).toBe(size);
  const hash = createHash('sha256');
  const sink = new Writable({
    write(bytes: Buffer, _encoding, done) {
      look();
      hash.update(bytes);
      done();
    },
  });
  await pipeline(await client.download(stored.uri), sink);
  expect(hash.digest('hex')).toBe(stored.sha256);
  // Both sides of both ways are in this process.
  expect((peak - before) / mebibyte).toBeLessThan(150);
  expect(await client.getMetadata(stored.uri)).toMatchObject({
    artifact_type: 'log',
    size_bytes: size,
    sha256: stored.sha256,
    metadata: { lines: 1 },
    task_id: 't-1',
  });
});

test('a text comes back as it was, and what is not there is REFUSED', async () => {
  const { uri } = await client.uploadText('diff', 'ünïcode\n');
  expect(await client.downloadText(uri)).toBe('ünïcode\n');
  await expect(client.download('artifact:00000000-0000-4000-8000-000000000000')).rejects.toMatchObject({
    code: 'REFUSED',
    status: 404,
  });
  await expect(client.getMetadata('file:///etc/passwd')).rejects.toMatchObject({ code: 'REFUSED', attempts: 0 });
  expect(await client.healthCheck()).toMatchObject({ ok: true });
});
