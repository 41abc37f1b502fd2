import { randomUUID } from 'node:crypto';
import type { RecordKind, TelemetryRecord } from '@telltale/contracts/records/record';
import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { readDelivery } from '../read/read-delivery.ts';
import { ensurePartitions } from '../migrate/partitions.ts';
import { countStore } from '../rollup/count-store.ts';
import { foldTeam } from '../rollup/fold/fold-team.ts';
import { aStore, type AStore } from '../rollup/test-support/a-store.ts';
import { noteBatchClock } from './batch-clock.ts';
import { countDefaults, emptyDefaults } from './default-partition.ts';
import { expireRaw } from './expire-raw.ts';
import { expireRollups } from './expire-rollups.ts';
import type { RetentionRules } from './rules.ts';

const dayMs = 86_400_000;
/** The day of the first record, long before the days that every test database has; the clock is told, never read. */
const first = Date.UTC(2021, 2, 10, 12);
const rules: RetentionRules = { rawMs: 30 * dayMs, rawMsOf: {}, rollupsMs: 730 * dayMs, sizeBytes: null };

let store: AStore | undefined;
beforeEach(async () => {
  await store?.[Symbol.asyncDispose]();
  store = await aStore();
});
afterAll(() => store?.[Symbol.asyncDispose]());
const own = (): AStore => {
  if (store === undefined) throw new Error('no store was made');
  return store;
};

const iso = (time: number): string => new Date(time).toISOString();
const some = (at: number, kind: RecordKind = 'tool_call', count = 3): TelemetryRecord[] =>
  Array.from({ length: count }, (_, n) => aRecord(kind, { at: iso(at + n) }));
const countOf = async (table: string): Promise<number> =>
  (await own().rows<{ n: number }>(`select count(*)::int as n from ${table}`))[0]?.n ?? -1;
const days = (daysBack: number, now: number) => ensurePartitions(own().db, { now, daysBack, daysAhead: 0 });

test('a day goes when its records happened and were received longer ago than the rule, and is booked', async () => {
  await days(1, first);
  await own().store([...some(first), ...some(first, 'log_entry', 5)]);
  await own().store(some(first, 'log_entry', 1), { team: 'blue' });
  for (const team of ['red', 'blue']) await foldTeam(own().db, team, { now: first });
  await noteBatchClock(own().db, first + dayMs);

  const early = await expireRaw(own().db, rules, first + 30 * dayMs);
  expect(early).toEqual({ dropped: [], waiting: [], records: 0, overSize: false });
  const report = await expireRaw(own().db, rules, first + 32 * dayMs);
  expect(report).toMatchObject({ waiting: [], records: 9, overSize: false });
  expect(report.dropped).toEqual(
    expect.arrayContaining(['tool_call_20210310', 'log_chunk_20210310', 'log_entry_20210310']),
  );
  expect([await countOf('tool_call'), await countOf('log_line')]).toEqual([0, 0]);
  const { total } = await readDelivery(own().db, { teamId: 'red', limit: 10, offset: 0 });
  expect(total).toMatchObject({ stored: 8, expired: { age: 8 } });
  expect((await countStore(own().db)).dropped.get('expired')).toBe(9);
  // What the rollups know stays.
  expect(await countOf('rollup where tool_calls > 0 and grain = 15')).toBeGreaterThan(0);
});

test('a kind may be kept shorter than the others', async () => {
  await days(1, first);
  await own().store([...some(first), ...some(first, 'log_entry', 5)]);
  await foldTeam(own().db, 'red', { now: first });
  await noteBatchClock(own().db, first);
  await expireRaw(own().db, { ...rules, rawMsOf: { log_entry: 2 * dayMs } }, first + 5 * dayMs);
  expect([await countOf('tool_call'), await countOf('log_line')]).toEqual([3, 0]);
});

test('what is not rolled up stays, however old it is', async () => {
  await days(1, first);
  await own().store(some(first));
  await noteBatchClock(own().db, first);
  const report = await expireRaw(own().db, rules, first + 40 * dayMs);
  expect(report.records).toBe(0);
  expect(report.waiting).toContain('tool_call_20210310');
  await foldTeam(own().db, 'red', { now: first });
  expect((await expireRaw(own().db, rules, first + 40 * dayMs)).records).toBe(3);
});

test('a table that somebody is reading is left for the next run', async () => {
  await days(1, first);
  await own().store(some(first));
  await foldTeam(own().db, 'red', { now: first });
  await noteBatchClock(own().db, first);
  const later = first + 40 * dayMs;
  await own()
    .db.transaction()
    .execute(async (reader) => {
      await reader.selectFrom('tool_call').selectAll().execute();
      const report = await expireRaw(own().db, rules, later);
      expect(report.waiting).toContain('tool_call_20210310');
    });
  expect((await expireRaw(own().db, rules, later)).dropped).toContain('tool_call_20210310');
});

test('imported history gets days of its own, and counts from when it was received', async () => {
  const now = first + 100 * dayMs;
  await days(1, now);
  await noteBatchClock(own().db, now - 40 * dayMs);
  await own().store([...some(first), ...some(first + dayMs, 'log_entry', 5)]);
  await foldTeam(own().db, 'red', { now });
  expect(await countDefaults(own().db, now)).toEqual({ waiting: 4, quarantined: 0 });
  // Who is to stop begins no day more.
  expect(await emptyDefaults(own().db, now, AbortSignal.abort())).toBe(0);
  expect(await emptyDefaults(own().db, now)).toBe(2);
  expect(await countDefaults(own().db, now)).toEqual({ waiting: 0, quarantined: 0 });
  expect([await countOf('tool_call_20210310'), await countOf('log_chunk_20210311')]).toEqual([3, 1]);

  await noteBatchClock(own().db, now + dayMs);
  expect((await expireRaw(own().db, rules, now + 20 * dayMs)).records).toBe(0);
  expect(await countOf('tool_call')).toBe(3);
  expect((await expireRaw(own().db, rules, now + 32 * dayMs, AbortSignal.abort())).records).toBe(0);
  expect((await expireRaw(own().db, rules, now + 32 * dayMs)).records).toBe(8);
  expect(await countOf('tool_call')).toBe(0);
});

test('times outside the window stay apart, are counted, and go when they were received long enough ago', async () => {
  await days(1, first);
  await own().store([...some(first + 300 * dayMs), ...some(Date.UTC(1999, 0, 1)), ...some(first)]);
  await foldTeam(own().db, 'red', { now: first });
  await noteBatchClock(own().db, first);
  await emptyDefaults(own().db, first);
  expect(await countDefaults(own().db, first)).toEqual({ waiting: 0, quarantined: 6 });
  await expireRaw(own().db, rules, first + 31 * dayMs);
  expect(await countDefaults(own().db, first + 31 * dayMs)).toEqual({ waiting: 0, quarantined: 0 });
  const { total } = await readDelivery(own().db, { teamId: 'red', limit: 10, offset: 0 });
  expect(total.expired).toEqual({ age: 9 });
});

test('above the ceiling the oldest days go first, until it fits, and today stays', async () => {
  const now = first + 2 * dayMs;
  await days(2, now);
  const lines = (at: number) =>
    Array.from({ length: 300 }, () =>
      aRecord('tool_call', { at: iso(at), input_preview: (randomUUID() + randomUUID()).repeat(25) }),
    );
  for (const at of [first, first + dayMs, now]) await own().store(lines(at));
  await foldTeam(own().db, 'red', { now });
  const [size] = await own().rows<{ n: number }>('select pg_database_size(current_database()) as n');
  const bytes = size?.n ?? 0;
  const sizeOf = async (sizeBytes: number) => expireRaw(own().db, { ...rules, sizeBytes }, now);
  expect((await sizeOf(bytes + 1e6)).records).toBe(0);
  expect(await sizeOf(bytes - 100_000)).toMatchObject({ records: 300, overSize: false });
  const kept = await own().rows<{ day: string }>(`select distinct to_char(at, 'DD') as day from tool_call order by 1`);
  expect(kept.map(({ day }) => day)).toEqual(['11', '12']);
  // Who is to stop cannot say that nothing more may go.
  const stopped = await expireRaw(own().db, { ...rules, sizeBytes: 1 }, now, AbortSignal.abort());
  expect(stopped).toMatchObject({ records: 0, overSize: false });
  expect(await sizeOf(1)).toMatchObject({ records: 300, overSize: true });
  expect(await countOf('tool_call')).toBe(300);
});

test('old quarter hours of the rollups go, days and totals stay', async () => {
  await own().store(some(first));
  await foldTeam(own().db, 'red', { now: first });
  const quarters = 'rollup where grain = 15';
  expect(await countOf(quarters)).toBeGreaterThan(0);
  expect(await expireRollups(own().db, first - dayMs)).toBe(0);
  expect(await expireRollups(own().db, first + dayMs)).toBeGreaterThan(0);
  expect(await countOf(quarters)).toBe(0);
  expect(await countOf('rollup where grain = 1440')).toBeGreaterThan(0);
});

test('memories that were not recalled for as long go too, those that were stay', async () => {
  const recall = (at: number, memory_id: string) =>
    aRecord('memory_operation', { at: iso(at), operation: 'recall', memory_id });
  await own().store([recall(first, 'forgotten'), recall(first, 'known'), recall(first + dayMs, 'known')]);
  await foldTeam(own().db, 'red', { now: first + dayMs });
  await expireRollups(own().db, first + dayMs / 2);
  expect(await own().rows('select memory_id, recalls::int from agent_recall')).toEqual([
    { memory_id: 'known', recalls: 2 },
  ]);
});
