import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { createDatabase } from '@telltale/store/database';
import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seed } from '../test-support/seed.ts';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

let t: TestGateway;
let red: { authorization: string };
const started = Date.now() - 10 * 60_000;
const at = (seconds: number): string => new Date(started + seconds * 1_000).toISOString();

type Fields = Parameters<typeof aRecord<'memory_operation'>>[1];
const operation = (seconds: number, fields: Fields): TelemetryRecord =>
  aRecord('memory_operation', { agent_id: 'thinker', at: at(seconds), hit: undefined, ...fields });

const records: TelemetryRecord[] = [
  operation(0, {
    operation: 'store',
    memory_id: 'm-1',
    size_bytes: 100,
    attributes: { letta_agent_id: 'letta-1', core_memory_size_kb: 1.5, vector_db_entries_count: 7 },
  }),
  operation(1, { operation: 'store', memory_id: 'm-2', size_bytes: 50 }),
  operation(2, { operation: 'recall', memory_id: 'm-2', hit: true }),
  operation(3, { operation: 'recall', memory_id: 'm-2', hit: true }),
  operation(4, { operation: 'recall', memory_id: 'm-1', hit: true, attributes: { core_memory_size_kb: 2.5 } }),
  operation(5, { operation: 'recall', memory_id: 'm-3', hit: false }),
  operation(6, { operation: 'recall', memory_id: 'm-1', attributes: { vector_db_entries_count: 'many' } }),
  operation(7, { operation: 'delete', memory_id: 'm-1' }),
  operation(8, { agent_id: 'unsized', operation: 'store', memory_id: 'm' }),
  operation(8, { agent_id: 'elder', operation: 'store', memory_id: 'm' }),
  operation(9, { agent_id: 'elder', operation: 'recall', memory_id: 'm' }),
  aRecord('log_entry', { agent_id: 'forgetful' }),
];

beforeAll(async () => {
  t = await createTestGateway();
  red = await t.as('red', 'read');
  await seed(t.databaseUrl, 'red', records);
  await seed(t.databaseUrl, 'blue', [operation(9, { operation: 'store', size_bytes: 1_000 })]);
});
afterAll(() => t[Symbol.asyncDispose]());

async function get(agent: string) {
  const url = `/api/v1/monitoring/agents/${agent}/memory/stats`;
  const answer = await t.gateway.http.inject({ url, headers: red });
  return { status: answer.statusCode, body: answer.json() };
}

test('what was stored and recalled is counted, with the newest sizes that were reported', async () => {
  expect((await get('thinker')).body).toEqual({
    app_agent_id: 'thinker',
    memories_stored_count: 2,
    memories_recalled_count: 5,
    last_activity_timestamp: at(7),
    size_bytes: 150,
    hit_rate: 0.75,
    letta_agent_id: 'letta-1',
    core_memory_size_kb: 2.5,
    vector_db_entries_count: 7,
    top_memories: [
      { memory_id: 'm-1', recalls: 2 },
      { memory_id: 'm-2', recalls: 2 },
    ],
  });
});

test('a known agent without operations has zeros and nulls', async () => {
  expect((await get('forgetful')).body).toEqual({
    app_agent_id: 'forgetful',
    memories_stored_count: 0,
    memories_recalled_count: 0,
    last_activity_timestamp: null,
    size_bytes: 0,
    hit_rate: null,
    top_memories: [],
  });
});

test('an agent whose records are gone keeps all that is known of its memory', async () => {
  const before = (await get('elder')).body;
  await using database = createDatabase({ url: t.databaseUrl, max: 1, applicationName: 'test' });
  await database.pool.query(`delete from memory_operation where team_id = 'red' and agent_id = 'elder'`);
  expect((await get('elder')).body).toEqual(before);
  expect(before).toMatchObject({
    memories_stored_count: 1,
    memories_recalled_count: 1,
    last_activity_timestamp: at(9),
    hit_rate: null,
    top_memories: [{ memory_id: 'm', recalls: 1 }],
  });
});

test('a size that nothing gave is not known', async () => {
  expect((await get('unsized')).body).toMatchObject({ memories_stored_count: 1, size_bytes: null });
});

test('an unknown agent is 404', async () => {
  const { status, body } = await get('nobody');
  expect([status, body.code, body.detail]).toEqual([404, 'not_found', 'Agent memory stats not found or agent unknown']);
});
