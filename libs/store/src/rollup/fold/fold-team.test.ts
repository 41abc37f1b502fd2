import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { aRecord } from '@telltale/testkit/records';
import { compareWithRaw } from '../repair/compare.ts';
import { recompute } from '../repair/recompute.ts';
import { teamsWithWork, rollupLagMs } from '../teams-with-work.ts';
import { aStore, type AStore, type CostOf } from '../test-support/a-store.ts';
import { expectedSums } from '../test-support/oracle.ts';
import { randomRecords } from '../test-support/random-records.ts';
import { foldTeam } from './fold-team.ts';

let store: AStore;
beforeAll(async () => {
  store = await aStore();
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
});

const today = Math.floor(Date.now() / 86_400_000) * 86_400_000;
const days = { from: new Date(today - 2 * 86_400_000), to: new Date(today + 86_400_000) };
let teams = 0;
const aTeam = (): string => `team-${++teams}`;

/** Prices as a sender would not round them; some calls have none. */
const costOf: CostOf = (record) =>
  record.kind === 'llm_call' && record.model !== 'unknown'
    ? { cost_usd: `0.${record.id.replace(/[^0-9]/g, '').slice(-9)}`, cost_source: 'computed', price_version: 'v1' }
    : { cost_usd: null, cost_source: 'unknown', price_version: null };

const foldAll = async (team: string): Promise<void> => {
  while ((await foldTeam(store.db, team)).batches > 0);
};

/** Everything derived of a team, without its name: equal for equal records whatever the order. */
const derived = async (team: string): Promise<unknown> => {
  const tables = ['rollup', 'rollup_bin', 'series', 'calls', 'call_alias', 'agent', 'session', 'run', 'task'];
  const found: Record<string, unknown> = {};
  for (const table of tables) {
    const rows = await store.rows<{ row: Record<string, unknown> }>(
      `select to_jsonb(t) - 'team_id' as row from ${table} t where team_id = $1`,
      [team],
    );
    const kept = rows.map(({ row }) => row).filter((row) => table !== 'rollup' || !isEmpty(row));
    const wanted = table === 'rollup' ? kept.map(withoutZeros) : kept;
    found[table] = wanted.map((row) => JSON.stringify(row)).sort();
  }
  // The span of a total may be longer than what is left in it; how much depends on the order.
  for (const table of ['unit_total', 'key_total', 'key_model_total', 'key_narrow_total']) {
    const rows = await store.rows<{ row: Record<string, unknown> }>(
      `select to_jsonb(t) - '{team_id,first_at,last_at,last_call_at,last_day,loose}'::text[] as row from ${table} t
       where team_id = $1 and (llm_calls <> 0 or input_tokens <> 0 or output_tokens <> 0 or cost_usd <> 0)`,
      [team],
    );
    found[table] = rows.map(({ row }) => JSON.stringify(withoutZeros(row))).sort();
  }
  // Series and bins that a correction emptied may stay; which ones depends on the order.
  const bins = (found['rollup_bin'] as string[]).flatMap((text) => {
    const { bins, counts, ...key } = JSON.parse(text) as { bins: number[]; counts: number[] };
    const full = bins.map((bin, index) => [bin, counts[index] ?? 0]).filter(([, n]) => n !== 0);
    return full.length === 0 ? [] : [JSON.stringify([key, full.sort()])];
  });
  found['rollup_bin'] = bins.sort();
  const used = new Set(
    (found['rollup'] as string[]).map((row) => (JSON.parse(row) as { series_id: string }).series_id),
  );
  found['series'] = (found['series'] as string[]).filter((row) =>
    used.has((JSON.parse(row) as { series_id: string }).series_id),
  );
  return found;
};
const identity = new Set(['cube', 'grain', 'bucket', 'series_id']);
const isEmpty = (row: Record<string, unknown>): boolean =>
  Object.entries(row).every(([key, value]) => identity.has(key) || value === null || Number(value) === 0);
const withoutZeros = (row: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value === 0 ? null : value]));

const counted =
  'records tool_calls tool_errors tool_us log_lines samples memory_sum git_commits git_insertions llm_calls llm_errors unpriced_calls input_tokens output_tokens cost_usd'.split(
    ' ',
  );

/** Sums by agent and quarter hour as the rollups have them, zeros left out. */
const foldedSums = async (team: string): Promise<Record<string, Record<string, bigint>>> => {
  const sums = counted.map(
    (name) => `sum(r.${name}${name === 'cost_usd' ? ' * 1e9' : ''})::numeric(60,0)::text as ${name}`,
  );
  const rows = await store.rows<Record<string, string | null>>(
    `select s.agent_id || ' ' || to_char(r.bucket at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as key, ${sums.join(', ')}
     from rollup r join series s using (team_id, series_id)
     where r.team_id = $1 and r.cube = 'place' and r.grain = 15 group by 1`,
    [team],
  );
  return Object.fromEntries(
    rows.map(({ key, ...row }) => [
      key ?? '',
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, BigInt(value ?? 0)])),
    ]),
  );
};
const nonZero = (sums: Record<string, Record<string, bigint>>): Record<string, Record<string, string>> =>
  Object.fromEntries(
    Object.entries(sums)
      .map(([key, row]): [string, Record<string, string>] => [
        key,
        Object.fromEntries(Object.entries(row).flatMap(([name, value]) => (value === 0n ? [] : [[name, `${value}`]]))),
      ])
      .filter(([, row]) => Object.keys(row).length > 0),
  );

test('what is derived follows from the records, not from their order, and equals two recomputations', async () => {
  await store.rows(
    `insert into team (team_id, name, label_names) select 'team-' || n, 'x', '{lane}' from generate_series(1, 200) n`,
  );
  await fc.assert(
    fc.asyncProperty(
      randomRecords(days.from.getTime(), 60),
      fc.integer({ min: 1, max: 7 }),
      fc.infiniteStream(fc.nat()),
      async (records, size, dice) => {
        const [one, other] = [aTeam(), aTeam()];
        await store.store(records, { team: one, costOf });
        await foldAll(one);

        const order = records.map((record) => ({ record, key: dice.next().value as number }));
        const shuffled = order.sort((a, b) => a.key - b.key).map(({ record }) => record);
        for (let from = 0; from < shuffled.length; from += size) {
          await store.store(shuffled.slice(from, from + size), { team: other, costOf });
          if ((dice.next().value as number) % 2 === 0) await foldTeam(store.db, other, { maxBatches: 2 });
        }
        await foldAll(other);

        expect(nonZero(await foldedSums(one))).toEqual(nonZero(expectedSums(records, costOf)));
        expect(await derived(other)).toEqual(await derived(one));
        const check = await compareWithRaw(store.db, other, days);
        expect({ ...check, from: 0, to: 0 }).toEqual({ from: 0, to: 0, differing: 0, examples: [], strayRecords: 0 });
        const before = await derived(other);
        await recompute(store.db, other, days);
        expect(await derived(other)).toEqual(before);
      },
    ),
    { numRuns: 12, endOnFailure: true },
  );
}, 180_000);

test('money is summed to the last digit and calls without a price are counted, not priced at nothing', async () => {
  const team = aTeam();
  const call = (model: string): TelemetryRecord => aRecord('llm_call', { model, input_tokens: 3, output_tokens: 1 });
  const prices: Record<string, string | null> = { a: '0.1', b: '0.2', c: '0.000000001', d: null };
  await store.store(['a', 'b', 'c', 'd'].map(call), {
    team,
    costOf: (record) => ({
      cost_usd: prices[record.kind === 'llm_call' ? record.model : ''] ?? null,
      cost_source: 'computed',
      price_version: null,
    }),
  });
  await foldAll(team);
  const [total] = await store.rows(
    `select llm_calls, unpriced_calls, cost_usd, input_tokens from rollup where team_id = $1 and cube = 'team' and grain = 0`,
    [team],
  );
  expect(total).toEqual({ llm_calls: 4, unpriced_calls: 1, cost_usd: '0.300000001', input_tokens: '12' });
});

test('several aggregators at once fold every batch once', async () => {
  const team = aTeam();
  for (let batch = 0; batch < 20; batch++) {
    await store.store(
      Array.from({ length: 10 }, () => aRecord('tool_call', { tool_name: 'grep' })),
      { team },
    );
  }
  expect(await teamsWithWork(store.db)).toContain(team);
  expect(await rollupLagMs(store.db, team)).toBeGreaterThan(0);
  const folded = { batches: 0, records: 0, busy: 0 };
  const worker = async (): Promise<void> => {
    while ((await teamsWithWork(store.db)).includes(team)) {
      const report = await foldTeam(store.db, team, { maxBatches: 3 });
      folded.batches += report.batches;
      folded.records += report.records;
      folded.busy += Number(report.busy);
    }
  };
  await Promise.all([worker(), worker(), worker()]);
  expect(folded).toMatchObject({ batches: 20, records: 200 });
  expect((await compareWithRaw(store.db, team, days)).differing).toBe(0);
  expect(await rollupLagMs(store.db, team)).toBe(0);
});

test('a fold that dies before its commit leaves the batches unfolded and nothing counted', async () => {
  const team = aTeam();
  await store.store([aRecord('tool_call', { tool_name: 'grep' }), aRecord('llm_call')], { team });
  await store.rows(`create function die() returns trigger language plpgsql as $$
    begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$`);
  await store.rows(`create trigger die after update of folded_at on batch_ledger execute function die()`);
  await expect(foldTeam(store.db, team)).rejects.toThrow();
  expect(await store.rows('select 1 from rollup where team_id = $1', [team])).toEqual([]);
  await store.rows('drop trigger die on batch_ledger');
  expect(await foldTeam(store.db, team)).toMatchObject({ batches: 1, records: 2 });
  expect((await compareWithRaw(store.db, team, days)).differing).toBe(0);
});

test('a rollup that was changed behind its back is found, and repaired', async () => {
  const team = aTeam();
  const at = new Date(today + 3_600_000).toISOString();
  await store.store([aRecord('tool_call', { tool_name: 'grep', duration_ms: 12, at })], { team });
  await foldAll(team);
  await store.rows(`update rollup set tool_calls = 7 where team_id = $1 and cube = 'tool' and grain in (15, 0)`, [
    team,
  ]);
  await store.rows(`update rollup_bin set counts = '{9}' where team_id = $1 and grain = 15`, [team]);
  const broken = await compareWithRaw(store.db, team, days);
  expect(broken.differing).toBeGreaterThanOrEqual(4);
  expect(broken.examples).toContainEqual(expect.objectContaining({ cube: 'tool', grain: 15 }));
  await recompute(store.db, team, days);
  expect((await compareWithRaw(store.db, team, days)).differing).toBe(0);
});

test('a batch that is stored but not folded yet is no difference', async () => {
  const team = aTeam();
  await store.store([aRecord('tool_call')], { team });
  await foldAll(team);
  await store.store([aRecord('tool_call'), aRecord('llm_call')], { team });
  expect(await compareWithRaw(store.db, team, days)).toMatchObject({ differing: 0, strayRecords: 0 });
});
