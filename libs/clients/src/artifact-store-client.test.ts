import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { ServiceCallTracker } from '@telltale/sdk/metrics/service-call-tracker';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ArtifactStoreClient } from './artifact-store-client.ts';
import { startScriptedServer, type ScriptedServer } from './test-support/scripted-server.ts';

const id = '00000000-0000-4000-8000-000000000001';
const uri = `artifact:${id}`;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
let server: ScriptedServer;
let client: ArtifactStoreClient;
let records: RecordDraft[];
beforeEach(async () => {
  server = await startScriptedServer();
  records = [];
  const tracker = new ServiceCallTracker({ sink: { record: (draft) => String(records.push(draft)) } });
  const identity = { task_id: 't', run_id: 'r' };
  client = new ArtifactStoreClient({ baseUrl: server.url, apiKey: 'k', identity, tracker, random: () => 0 });
});
afterEach(async () => {
  await client[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const stored = (text: string) => ({
  status: 201,
  json: { artifact_id: id, uri, size_bytes: text.length, sha256: sha256(text) },
});

test('a download goes on where the line broke, and is checked as a whole', async () => {
  const etag = { etag: `"${sha256('hello world')}"` };
  server.script({ cut: 'hello', headers: etag }, 'reset', { status: 206, text: ' world', headers: etag });
  expect(await client.downloadText(uri)).toBe('hello world');
  expect(server.requests.map(({ headers }) => headers.range)).toEqual([undefined, 'bytes=5-', 'bytes=5-']);
  expect(records).toEqual([expect.objectContaining({ operation: 'download', success: true })]);
});

test('other bytes than were stored fail at the end, and are recorded as a failure', async () => {
  server.script({ status: 200, text: 'hello', headers: { etag: `"${sha256('other')}"` } });
  await expect(client.downloadText(uri)).rejects.toMatchObject({ code: 'INVALID_RESPONSE', retryable: false });
  expect(records).toEqual([expect.objectContaining({ operation: 'download', success: false })]);
});

test('a buffer is sent again under the same id; its fields come before the content', async () => {
  server.script({ status: 503, json: {} }, stored('hello'));
  expect(await client.uploadText('log', 'hello', { n: 1 })).toEqual({ uri, size_bytes: 5, sha256: sha256('hello') });
  const [first, second] = server.requests.map(({ body }) => body);
  const idOf = (body = ''): string | undefined => /name="artifact_id"\r\n\r\n([0-9a-f-]{36})\r\n/.exec(body)?.[1];
  expect(idOf(first)).toBeDefined();
  expect(idOf(second)).toBe(idOf(first));
  expect(second).toMatch(
    /name="metadata"\r\n\r\n\{"n":1\}[\s\S]*name="task_id"\r\n\r\nt[\s\S]*name="content"[\s\S]*hello\r\n--/,
  );
});

test('a stream is sent once; what opens one is sent again', async () => {
  server.script({ status: 503, json: {} });
  const failure = { code: 'SERVER_ERROR', attempts: 1, retryable: false };
  await expect(client.upload('log', Readable.from([Buffer.from('x')]))).rejects.toMatchObject(failure);
  expect(server.requests.length).toBe(1);
  server.script({ status: 503, json: {} }, stored('xyz'));
  await client.upload('log', () => Readable.from([Buffer.from('x'), Buffer.from('yz')]));
  expect(server.requests.length).toBe(3);
});

test('an answer with another sha256 than what was sent is INVALID_RESPONSE', async () => {
  server.script(stored('other'));
  await expect(client.uploadText('log', 'hello')).rejects.toMatchObject({ code: 'INVALID_RESPONSE' });
  expect(records).toEqual([expect.objectContaining({ operation: 'upload', success: false })]);
});
