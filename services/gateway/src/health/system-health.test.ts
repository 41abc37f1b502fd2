import { createManualClock } from '@telltale/testkit/manual-clock';
import { expect, test } from 'vitest';
import type { ServiceBeats } from './service-beats.ts';
import { createHealthReader, type HealthDeps } from './system-health.ts';

const beat = (alive: boolean) => ({ instance: 'i', alive, details: 'host' });
const well: ServiceBeats = { collector: [beat(true)], aggregator: [beat(true)], 'agent-runner': [] };
const fail = () => Promise.reject(new Error('refused'));

const ask = (change: Partial<HealthDeps> = {}) =>
  createHealthReader({
    postgres: { name: 'postgresql', look: async () => 'PostgreSQL 18' },
    redis: { name: 'redis', look: async () => 'Redis 7' },
    readBeats: async () => well,
    readStreamLagMs: async () => 0,
    readRollupLagMs: async () => 10,
    clock: createManualClock(),
    ...change,
  })();

const statusOf = async (change: Partial<HealthDeps>) => (await ask(change)).overall_status;

test('all that is configured is well: healthy, and what is not configured does not count', async () => {
  const health = await ask();
  expect(health.overall_status).toBe('healthy');
  expect(health.service_statuses).toContainEqual(
    expect.objectContaining({ name: 'agent-runner', status: 'not_configured' }),
  );
});

test.each<[string, Partial<HealthDeps>]>([
  ['PostgreSQL', { postgres: { name: 'postgresql', look: fail } }],
  ['Redis', { redis: { name: 'redis', look: fail }, readBeats: fail }],
  ['every collector', { readBeats: async () => ({ ...well, collector: [beat(false)] }) }],
  ['every aggregator', { readBeats: async () => ({ ...well, aggregator: [] }) }],
])('%s down is unhealthy', async (_what, change) => {
  expect(await statusOf(change)).toBe('unhealthy');
});

test.each<[string, Partial<HealthDeps>]>([
  ['one collector of two is lost', { readBeats: async () => ({ ...well, collector: [beat(true), beat(false)] }) }],
  ['the stream is far behind', { readStreamLagMs: async () => 31_000 }],
  ['the rollups are far behind', { readRollupLagMs: async () => 61_000 }],
  ['the agent-runner is lost', { readBeats: async () => ({ ...well, 'agent-runner': [beat(false)] }) }],
])('%s: degraded', async (_what, change) => {
  expect(await statusOf(change)).toBe('degraded');
});

test('a server that hangs is as bad as none, and the answer still comes', async () => {
  const hanging = { name: 'postgresql', look: () => new Promise<string>(() => {}) };
  const health = await ask({ postgres: hanging });
  expect(health.overall_status).toBe('unhealthy');
  expect(health.service_statuses[0]).toMatchObject({ status: 'disconnected', details: 'no answer within 2000 ms' });
});
