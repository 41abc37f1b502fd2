import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArtifactMetadata, StoredArtifact } from '@telltale/contracts/http/artifacts';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { decodeBatch } from '@telltale/stream/batch-codec';
import { connectWriter, disconnect } from '@telltale/stream/connect';
import { keys, recordShards } from '@telltale/stream/keys';
import { aRecord } from '@telltale/testkit/records';
import { until } from '@telltale/testkit/until';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aForm } from '../test-support/a-form.ts';
import { seed } from '../test-support/seed.ts';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

let t: TestGateway;
let ingest: { authorization: string };
let read: { authorization: string };
const artifacts = mkdtempSync(join(tmpdir(), 'artifacts-'));
const keptIn = (folder: string, quota: number) => ({
  place: { folder },
  quota,
  whenFull: 'refuse' as const,
  keptMs: null,
});
beforeAll(async () => {
  t = await createTestGateway({ config: { artifacts: keptIn(artifacts, 1_000_000_000) } });
  [ingest, read] = [await t.as('red', 'ingest'), await t.as('red', 'read', 'admin')];
});
afterAll(async () => {
  await t[Symbol.asyncDispose]();
  rmSync(artifacts, { recursive: true, force: true });
});

const upload = (fields: Record<string, string>, content: string | Buffer | null, after = '', auth = ingest) => {
  const { payload, headers } = aForm(fields, content, after);
  return t.gateway.http.inject({ method: 'POST', url: '/api/v1/artifacts', headers: { ...auth, ...headers }, payload });
};
const get = (path: string, headers: object = {}, auth = read) =>
  t.gateway.http.inject({ url: `/api/v1/artifacts${path}`, headers: { ...auth, ...headers } });
const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');

async function publishedBy(team: string): Promise<TelemetryRecord[]> {
  const redis = await connectWriter({ url: t.redisUrl, name: 'artifacts-test' });
  try {
    const lists = await Promise.all(recordShards.map((shard) => redis.xrangeBuffer(keys.batches(shard), '-', '+')));
    const batches = lists.flat().map(([, fields]) => decodeBatch(fields[7] ?? Buffer.alloc(0)));
    return batches.flatMap((one) => (one.ok && one.batch.team_id === team ? one.batch.records : []));
  } finally {
    disconnect(redis);
  }
}

test('what is stored comes back byte by byte, with its size, its sha256 and what was said of it', async () => {
  const content = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 251));
  const metadata = JSON.stringify({ tests: 12, nested: { ok: true } });
  const stored = await upload({ artifact_type: 'test_result', metadata, task_id: 't-1' }, content);
  expect(stored.statusCode).toBe(201);
  const { artifact_id, uri, ...facts } = stored.json<StoredArtifact>();
  expect(uri).toBe(`artifact:${artifact_id}`);
  expect(facts).toEqual({ size_bytes: content.length, sha256: sha256(content) });
  const whole = await get(`/${artifact_id}`);
  expect(whole.rawPayload.equals(content)).toBe(true);
  expect(whole.headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-length': '70000',
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
    'content-disposition': `attachment; filename="${artifact_id}"`,
    etag: `"${facts.sha256}"`,
  });
  expect((await get(`/${artifact_id}/metadata`)).json<ArtifactMetadata>()).toMatchObject({
    ...facts,
    artifact_id,
    uri,
    artifact_type: 'test_result',
    metadata: { tests: 12, nested: { ok: true } },
    task_id: 't-1',
    run_id: null,
  });
});

test.each([
  ['bytes=0-4', 206, 'hello', 'bytes 0-4/11'],
  ['bytes=6-', 206, 'world', 'bytes 6-10/11'],
  ['bytes=-5', 206, 'world', 'bytes 6-10/11'],
  ['bytes=6-999', 206, 'world', 'bytes 6-10/11'],
  ['bytes=-999', 206, 'hello world', 'bytes 0-10/11'],
  ['bytes=0-1,3-4', 200, 'hello world', undefined],
  ['lines=1-2', 200, 'hello world', undefined],
  ['bytes=4-2', 200, 'hello world', undefined],
])('a range %s is answered %i', async (range, status, body, contentRange) => {
  const { artifact_id } = (await upload({ artifact_type: 'log' }, 'hello world')).json<StoredArtifact>();
  const answer = await get(`/${artifact_id}`, { range });
  expect([answer.statusCode, answer.body, answer.headers['content-range']]).toEqual([status, body, contentRange]);
});

test('a range behind the end is refused with the size, and If-Range of other content gets the whole', async () => {
  const { artifact_id } = (await upload({ artifact_type: 'log' }, 'hello world')).json<StoredArtifact>();
  const answer = await get(`/${artifact_id}`, { range: 'bytes=11-' });
  expect([answer.statusCode, answer.json().code, answer.headers['content-range']]).toEqual([
    416,
    'range_not_satisfiable',
    'bytes */11',
  ]);
  const other = await get(`/${artifact_id}`, { range: 'bytes=0-1', 'if-range': '"other"' });
  expect([other.statusCode, other.body]).toEqual([200, 'hello world']);
});

test('an empty file is an artifact too', async () => {
  const stored = (await upload({ artifact_type: 'log' }, '')).json<StoredArtifact>();
  expect(stored).toMatchObject({ size_bytes: 0, sha256: sha256('') });
  expect((await get(`/${stored.artifact_id}`)).body).toBe('');
});

test('a list shows those of a task or a run, newest first, page by page', async () => {
  const team = await t.as('lists', 'ingest', 'read');
  const made: string[] = [];
  for (const run of ['r-1', 'r-2', 'r-1']) {
    const stored = await upload({ artifact_type: 'log', task_id: 't-9', run_id: run }, run, '', team);
    made.unshift(stored.json<StoredArtifact>().artifact_id);
  }
  const idsOf = (answer: { json(): { artifacts: ArtifactMetadata[] } }) =>
    answer.json().artifacts.map(({ artifact_id }) => artifact_id);
  const all = await get('?task_id=t-9', {}, team);
  expect(idsOf(all)).toEqual(made);
  expect(all.json()).toMatchObject({ used_bytes: 9, quota_bytes: 1_000_000_000 });
  expect(idsOf(await get('?run_id=r-2', {}, team))).toEqual([made[1]]);
  expect(idsOf(await get('?artifact_type=diff', {}, team))).toEqual([]);
  const first = await get('?limit=2', {}, team);
  const next = await get(`?limit=2&cursor=${first.json().next_cursor}`, {}, team);
  expect([...idsOf(first), ...idsOf(next)]).toEqual(made);
});

test('an upload that is sent again under its own id is stored once and told once', async () => {
  const artifact_id = randomUUID();
  const first = await upload({ artifact_type: 'diff', artifact_id, run_id: 'r-7' }, 'one');
  const again = await upload({ artifact_type: 'diff', artifact_id, run_id: 'r-7' }, 'one');
  expect(again.json()).toEqual(first.json());
  const theirs = await t.as('green', 'ingest', 'read');
  const other = await upload({ artifact_type: 'diff', artifact_id }, 'two', '', theirs);
  expect(other.json()).toMatchObject({ sha256: sha256('two') });
  expect((await get(`/${artifact_id}`)).body).toBe('one');
});

test('two uploads under one id at once leave one artifact and no second object', async () => {
  const artifact_id = randomUUID();
  const answers = await Promise.all([1, 2, 3].map(() => upload({ artifact_type: 'diff', artifact_id }, 'same')));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 201, 201]);
  expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
  await until(async () => (await t.db.selectFrom('loose_object').selectAll().execute()).length === 0);
});

test.each<[string, Record<string, string>, string | null, string, string]>([
  ['no content', { artifact_type: 'log' }, null, '', '#/content'],
  ['no type', {}, 'x', '', '#/artifact_type'],
  ['a field nobody knows', { artifact_type: 'log', colour: 'red' }, 'x', '', '#/colour'],
  ['metadata that is no JSON', { artifact_type: 'log', metadata: '{' }, 'x', '', '#/metadata'],
  ['metadata that is no object', { artifact_type: 'log', metadata: '[1]' }, 'x', '', '#/metadata'],
  ['an id that is no UUID', { artifact_type: 'log', artifact_id: '../../etc/passwd' }, 'x', '', '#/artifact_id'],
  ['a field after the content', { artifact_type: 'log' }, 'x', 'task_id', '#/task_id'],
])('%s is refused by its name and leaves nothing', async (_what, fields, content, after, pointer) => {
  const answer = await upload(fields, content, after);
  expect([answer.statusCode, answer.json().code]).toEqual([400, 'invalid_request']);
  expect(answer.json().errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  expect(await t.db.selectFrom('loose_object').selectAll().execute()).toEqual([]);
  expect(await t.db.selectFrom('stored_artifact').selectAll().where('size_bytes', '=', 1).execute()).toEqual([]);
});

test('a body that is no form, or a form that breaks off, is refused', async () => {
  const json = await t.gateway.http.inject({ method: 'POST', url: '/api/v1/artifacts', headers: ingest, payload: {} });
  expect([json.statusCode, json.json().code]).toEqual([415, 'unsupported_media_type']);
  const { payload, headers } = aForm({ artifact_type: 'log' }, 'x'.repeat(10_000));
  const half = payload.subarray(0, 5_000);
  const cut = { method: 'POST' as const, url: '/api/v1/artifacts', headers: { ...ingest, ...headers }, payload: half };
  const answer = await t.gateway.http.inject(cut);
  expect([answer.statusCode, answer.json().code]).toEqual([400, 'invalid_request']);
  expect(await t.db.selectFrom('loose_object').selectAll().execute()).toEqual([]);
});

test('names are only ever looked up: no path of a caller reaches the store', async () => {
  for (const id of ['..%2f..%2fetc%2fpasswd', '..', '%2e%2e', `${randomUUID()}%00`, '-', 'a'.repeat(300)]) {
    expect((await get(`/${id}`)).statusCode, id).toBeGreaterThanOrEqual(400);
  }
});

test('a team keeps no more than its quota: refused before, while and after the bytes came; removing makes room', async () => {
  await using small = await createTestGateway({
    database: { url: t.databaseUrl },
    redis: { url: t.redisUrl },
    config: { artifacts: keptIn(join(artifacts, 'small'), 1_000) },
  });
  const auth = await small.as('small', 'ingest', 'admin', 'read');
  const send = (size: number) => {
    const { payload, headers } = aForm({ artifact_type: 'log' }, Buffer.alloc(size));
    const request = { method: 'POST' as const, url: '/api/v1/artifacts', headers: { ...auth, ...headers }, payload };
    return small.gateway.http.inject(request);
  };
  const first = await send(600);
  expect(first.statusCode).toBe(201);
  const tooLarge = await send(401);
  expect([tooLarge.statusCode, tooLarge.json().code]).toEqual([413, 'artifact_quota_exceeded']);
  const both = await Promise.all([send(300), send(300)]);
  expect(both.map(({ statusCode }) => statusCode).toSorted()).toEqual([201, 413]);
  const usage = () => small.db.selectFrom('artifact_usage').select('used_bytes').where('team_id', '=', 'small');
  expect(await usage().executeTakeFirst()).toEqual({ used_bytes: 900 });
  const url = `/api/v1/artifacts/${first.json<StoredArtifact>().artifact_id}`;
  expect((await small.gateway.http.inject({ method: 'DELETE', url, headers: auth })).statusCode).toBe(204);
  expect((await small.gateway.http.inject({ method: 'DELETE', url, headers: auth })).statusCode).toBe(404);
  expect((await send(601)).statusCode).toBe(201);
  expect(await usage().executeTakeFirst()).toEqual({ used_bytes: 901 });
  expect(await small.db.selectFrom('loose_object').selectAll().execute()).toEqual([]);
});

test('the record of an artifact says whose it is: of its run, of its sender, or of whoever holds the key', async () => {
  await seed(t.databaseUrl, 'owners', [
    aRecord('run_event', { agent_id: 'coder', session_id: 's-3', task_id: 't-3', run_id: 'r-3', event: 'started' }),
  ]);
  const auth = await t.as('owners', 'ingest');
  await upload({ artifact_type: 'diff', run_id: 'r-3' }, 'a', '', auth);
  await upload({ artifact_type: 'diff', agent_id: 'mine', task_id: 't-4' }, 'b', '', auth);
  await upload({ artifact_type: 'diff' }, 'c', '', auth);
  const records = await publishedBy('owners');
  expect(records).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        kind: 'artifact',
        agent_id: 'coder',
        session_id: 's-3',
        task_id: 't-3',
        run_id: 'r-3',
      }),
      expect.objectContaining({ kind: 'artifact', agent_id: 'mine', task_id: 't-4', sha256: sha256('b') }),
      expect.objectContaining({
        kind: 'artifact',
        agent_id: 'test',
        size_bytes: 1,
        uri: expect.stringMatching(/^artifact:/),
      }),
    ]),
  );
});

test('objects are files that only their owner reads, and none is left without an artifact', async () => {
  const files = readdirSync(artifacts, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.parentPath.includes('small'),
  );
  for (const { parentPath, name } of files) expect(statSync(join(parentPath, name)).mode & 0o777).toBe(0o600);
  const rows = await t.db.selectFrom('stored_artifact').select('object_id').where('team_id', '!=', 'small').execute();
  expect(files.map(({ name }) => name).toSorted()).toEqual(rows.map(({ object_id }) => object_id).toSorted());
});
