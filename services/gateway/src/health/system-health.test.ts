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
    intakeClosedBy: () => null,
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
  ['nothing is taken in because Redis is nearly full', { intakeClosedBy: () => 'memory' }],
  ['nothing is taken in because storing is behind', { intakeClosedBy: () => 'lag' }],
  [
    'the only aggregator cannot keep the days as they should be, and works',
    { readBeats: async () => ({ ...well, aggregator: [{ ...beat(true), dayTrouble: '2 days have no partition' }] }) },
  ],
  ['the agent-runner is lost', { readBeats: async () => ({ ...well, 'agent-runner': [beat(false)] }) }],
])('%s: degraded', async (_what, change) => {
  expect(await statusOf(change)).toBe('degraded');
});

const checked = (differing: number, hours = 1) => ({
  ...beat(true),
  check: { at: `2026-01-01T0${hours}:00:00.000Z`, teams: 2, differing, stray_records: 0 },
});
const rollupsOf = async (...aggregator: ServiceBeats[string]) => {
  const { overall_status, service_statuses } = await ask({ readBeats: async () => ({ ...well, aggregator }) });
  return { overall_status, ...service_statuses.find(({ name }) => name === 'rollups') };
};

test('the newest comparison of rollups with records is told, and one that found a difference degrades', async () => {
  const details = (text: string) => expect.stringContaining(text);
  expect(await rollupsOf(beat(true))).toMatchObject({ status: 'healthy', details: details('not compared') });
  expect(await rollupsOf(checked(3), checked(0, 2))).toMatchObject({
    overall_status: 'healthy',
    status: 'healthy',
    details: details('compared with the records at 2026-01-01T02:00:00.000Z: all right (teams: 2)'),
  });
  expect(await rollupsOf(checked(0), checked(3, 2))).toMatchObject({
    overall_status: 'degraded',
    status: 'unhealthy',
    details: details('rows that differ: 3'),
  });
});

test('a server that hangs is as bad as none, and the answer still comes', async () => {
  const hanging = { name: 'postgresql', look: () => new Promise<string>(() => {}) };
  const health = await ask({ postgres: hanging });
  expect(health.overall_status).toBe('unhealthy');
  expect(health.service_statuses[0]).toMatchObject({ status: 'disconnected', details: 'no answer within 2000 ms' });
});

test('a collector that lives but stores nothing says why, and is not well', async () => {
  const trouble = 'waiting for space: 1 GB are free';
  const readBeats = async () => ({ ...well, collector: [{ ...beat(true), trouble }] });
  const health = await ask({ readBeats });
  expect(health.overall_status).toBe('unhealthy');
  expect(health.service_statuses).toContainEqual(
    expect.objectContaining({ status: 'unhealthy', details: expect.stringContaining(trouble) }),
  );
});
