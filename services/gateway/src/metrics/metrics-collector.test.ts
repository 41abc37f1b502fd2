import { EventEmitter } from 'node:events';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { MetricsCollector } from '@telltale/sdk/metrics/metrics-collector';
import { createRestClient } from '@telltale/sdk/rest/rest-client';
import { createTelltaleApi } from '@telltale/sdk/rest/telltale-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seed } from '../test-support/seed.ts';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

let t: TestGateway;
let collector: MetricsCollector;

/** What an agent loop emitted, reported by the collector, stored, and asked for again through the same collector. */
beforeAll(async () => {
  t = await createTestGateway();
  const key = (await t.as('red', 'read')).authorization.slice('Bearer '.length);
  const records: TelemetryRecord[] = [];
  const newId = createUuidV7();
  collector = new MetricsCollector({
    sink: {
      record(draft) {
        const at = new Date(Date.now() - 60_000).toISOString();
        const record = { v: 1, id: newId(), at, agent_id: 'builder', ...draft } as TelemetryRecord;
        records.push(record);
        return record.id;
      },
    },
    api: createTelltaleApi(createRestClient({ url: t.gateway.url, key })),
  });
  const emitter = new EventEmitter();
  const detach = collector.attach(emitter);
  emitter.emit('ai_call_end', {
    model: 'sonnet',
    thread_id: 't-1',
    input_tokens: 100,
    output_tokens: 20,
    duration_ms: 6_000,
  });
  emitter.emit('ai_call_end', {
    model: 'haiku',
    thread_id: 't-2',
    input_tokens: 10,
    output_tokens: 2,
    duration_ms: 40,
  });
  emitter.emit('tool_end', { name: 'bash', thread_id: 't-1', result: 'fine', duration_ms: 30 });
  emitter.emit('tool_end', { name: 'bash', thread_id: 't-1', result: { error: 'no such file' }, duration_ms: 50 });
  emitter.emit('tool_end', { name: 'read', thread_id: 't-1', result: 'text', duration_ms: 10 });
  detach();
  const prices = new Map([
    ['sonnet', '0.5'],
    ['haiku', '0.25'],
  ]);
  await seed(t.databaseUrl, 'red', records, prices);
});
afterAll(() => t[Symbol.asyncDispose]());

test('totals of a period and of one thread', async () => {
  expect(await collector.getSummary({ period: 'day' })).toMatchObject({ sessions: 2, llm_calls: 2, cost_usd: 0.75 });
  expect(await collector.getSessionMetrics('t-1')).toMatchObject({
    llm_calls: 1,
    total_tokens: 120,
    cost_usd: 0.5,
    tools_used: { bash: 2, read: 1 },
  });
});

test('how each tool did', async () => {
  const { tools } = await collector.getToolMetrics({ period: 'day' });
  expect(tools).toMatchObject([
    {
      name: 'bash',
      calls: 2,
      successes: 1,
      errors: 1,
      success_rate: 50,
      avg_duration_ms: 40,
      last_error: 'no such file',
    },
    { name: 'read', calls: 1, errors: 0, success_rate: 100, last_error: null },
  ]);
});

test('what it cost, by model and by thread', async () => {
  expect(await collector.getCostBreakdown({ period: 'day' })).toMatchObject({
    total_cost_usd: 0.75,
    groups: [
      { key: 'sonnet', cost_usd: 0.5, calls: 1, unpriced_calls: 0, total_tokens: 120 },
      { key: 'haiku', cost_usd: 0.25, calls: 1, unpriced_calls: 0, total_tokens: 12 },
    ],
  });
  const { groups } = await collector.getCostBreakdown({ group_by: 'session' });
  expect(groups.map(({ key }) => key)).toEqual(['t-1', 't-2']);
});

test('what was slow, what failed and how often', async () => {
  expect(await collector.getSlowOperations()).toMatchObject([
    { type: 'llm_call', name: 'sonnet', duration_ms: 6_000, session_id: 't-1' },
  ]);
  expect(await collector.getRecentErrors({ limit: 1 })).toMatchObject([
    { kind: 'tool_call', tool: 'bash', error: 'no such file', session_id: 't-1' },
  ]);
  expect(await collector.getErrorCounts()).toEqual({ bash: 1 });
});
