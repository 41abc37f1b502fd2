import type { CostGroup } from '@telltale/contracts/http/metrics-detail';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import fc from 'fast-check';
import { afterAll, beforeAll, test } from 'vitest';
import { requestReprice } from '../config/prices/reprice-requests.ts';
import { foldTeam } from '../rollup/fold/fold-team.ts';
import { recompute } from '../rollup/repair/recompute.ts';
import { repriceStep } from '../rollup/reprice/reprice-step.ts';
import { aStore, type AStore, type CostOf } from '../rollup/test-support/a-store.ts';
import { factsOf } from '../rollup/test-support/metrics-oracle.ts';
import { randomRecords } from '../rollup/test-support/random-records.ts';
import { tidyBuckets } from '../rollup/tidy-buckets.ts';
import type { SeriesFilter } from './rollup-rows.ts';
import {
  checkCosts,
  checkRanks,
  checkSeries,
  checkSessions,
  checkStats,
  checkSummary,
  matches,
} from './test-support/check-answers.ts';

let store: AStore;
beforeAll(async () => {
  store = await aStore();
  await store.rows(
    `insert into team (team_id, name, label_names) select 'team-' || n, 'x', '{lane}' from generate_series(1, 100) n`,
  );
});
afterAll(() => store[Symbol.asyncDispose]());

const minute = 60_000;
const dayMs = 1_440 * minute;
/** Clocks change in Europe on the second of the three days. */
const begin = Date.UTC(2026, 9, 24);
const now = begin + 3 * dayMs + 5 * minute + 17_000;
const zones = [
  'UTC',
  'Asia/Kathmandu',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Eucla',
  'Australia/Lord_Howe',
  'US/Pacific-New',
];
const groups: readonly CostGroup[] = [
  'model',
  'provider',
  'day',
  'hour',
  'session',
  'agent',
  'task',
  'run',
  'user',
  'project',
  'host',
];

/** Prices with nine digits that follow from the record; some calls have none. Repricing knows another seller too. */
const priced = (id: string, model: string, from: number) =>
  model === 'unknown'
    ? { cost_usd: null, cost_source: 'unknown', price_version: null, derived_provider: `seller-${from}` }
    : {
        cost_usd: `0.${id
          .replaceAll(/\D/g, '')
          .padEnd(18, '7')
          .slice(from, from + 9)}`,
        cost_source: 'computed',
        price_version: 'v',
        derived_provider: `seller-${from}`,
      };
const costAt =
  (from: number): CostOf =>
  (record) =>
    record.kind === 'llm_call' ? priced(record.id, record.model, from) : undefined;

/** Totals as they were before last calls were kept. */
async function forgetLastCalls(team: string): Promise<void> {
  for (const table of ['unit_total', 'key_total', 'key_model_total', 'key_narrow_total']) {
    await store.rows(`update ${table} set last_call_at = null where team_id = $1`, [team]);
  }
}

/** Stores records in batches of any order, each of them perhaps twice, with folds in between. */
async function fill(team: string, records: readonly TelemetryRecord[], dice: () => number): Promise<void> {
  const order = records.map((record) => ({ record, key: dice() })).toSorted((a, b) => a.key - b.key);
  for (let from = 0; from < order.length; from += 20) {
    const batch = order.slice(from, from + 20).map(({ record }) => record);
    const options = { team, costOf: costAt(0), producer: `${team}-${batch[0]?.id}` };
    await store.store(batch, options);
    if (dice() % 3 === 0) await store.store(batch, options);
    if (dice() % 2 === 0) await foldTeam(store.db, team, { now });
    if (dice() % 7 === 0) await forgetLastCalls(team);
  }
  while ((await foldTeam(store.db, team, { now })).batches > 0);
}

/** Sums, bins, spans and failures that nobody folded. */
const damages = [
  `update rollup set llm_calls = llm_calls + 1, cost_usd = cost_usd * 2, tool_calls = 7, input_tokens = null, newest_failure = null`,
  `update rollup_bin set counts = (select array_agg(n + 3) from unnest(counts) as n)`,
  `update unit_total set records = 0, cost_usd = 5, first_at = first_at + interval '3 hours'`,
  `update key_total set llm_calls = 0, cost_usd = cost_usd + 1, last_at = first_at`,
  `update unit_total set last_call_at = first_at`,
  `update key_total set last_call_at = null`,
  `delete from key_model_total`,
  `update key_narrow_total set cost_usd = cost_usd + 1, last_at = first_at`,
];

/** What the rollups say is anything but what was recorded, until they are repaired. */
async function damageAndRepair(team: string): Promise<void> {
  for (const damage of damages) await store.rows(`${damage} where team_id = $1`, [team]);
  await recompute(store.db, team, { from: new Date(begin), to: new Date(begin + 4 * dayMs) }, now);
}

async function reprice(team: string): Promise<void> {
  const repriceId = await requestReprice(store.db, {
    teamId: team,
    from: null,
    to: null,
    model: null,
    dryRun: false,
    actor: 'user:test',
  });
  const price = ({ record_id, model }: { record_id: string; model: string }) => priced(record_id, model, 5);
  const step = { teamId: team, repriceId, price, priceVersion: 'second', maxCalls: 7, now };
  while (!(await repriceStep(store.db, step)).done);
}

const filters: readonly SeriesFilter[] = [
  {},
  {},
  {},
  { agent_id: 'agent-1' },
  { session_id: 'session-2' },
  { task_id: 'task-1' },
  { run_id: 'run-1' },
  { user_id: 'user-1' },
  { host: 'host-2' },
  { project: "pro'ject-1" },
  { model: 'large' },
  { labels: { lane: 'a' } },
  { agent_id: 'agent-2', user_id: 'user-2' },
  { agent_id: 'agent-1', session_id: 'session-1' },
  { agent_id: 'agent-3', model: 'small' },
  { project: "pro'ject-2", host: 'host-1' },
  { labels: { lane: 'b' }, task_id: 'task-2' },
];

const edge = fc.integer({ min: 0, max: now - begin });
const span = fc.oneof(
  fc.constant({ from: null, to: now }),
  fc
    .tuple(fc.constantFrom(60, 1_440, 2_880), fc.constant(now))
    .map(([length, to]) => ({ from: to - length * minute, to })),
  fc
    .tuple(edge, edge)
    .filter(([a, b]) => a !== b)
    .map(([a, b]) => ({ from: begin + Math.min(a, b), to: begin + Math.max(a, b) })),
  edge.map((to) => ({ from: null, to: begin + to })),
  // Times in which there can be nothing.
  fc.constantFrom(
    { from: null, to: 0 },
    { from: null, to: begin - dayMs },
    { from: now + 120 * minute, to: now + 180 * minute },
  ),
);
const question = fc.record({
  span,
  filter: fc.constantFrom(...filters),
  zone: fc.constantFrom(...zones),
  bucket: fc.constantFrom('hour' as const, 'day' as const),
});

let teams = 0;
test('every answer about metrics is what a recomputation from the records says, for any period, filter and time zone', async () => {
  await fc.assert(
    fc.asyncProperty(
      randomRecords(begin, 90),
      fc.array(question, { minLength: 4, maxLength: 4 }),
      fc.infiniteStream(fc.nat()),
      async (records, questions, stream) => {
        const dice = (): number => stream.next().value ?? 0;
        const teamId = `team-${++teams}`;
        const known = records.filter(({ at }) => Date.parse(at) < now);
        const isLate = known.map(() => dice() % 3 === 0);
        const late = known.filter((_, index) => isLate[index]);
        await fill(
          teamId,
          known.filter((_, index) => !isLate[index]),
          dice,
        );
        if (dice() % 3 === 0) await damageAndRepair(teamId);
        if (dice() % 2 === 0) while ((await tidyBuckets(store.db, teamId, now)).more);
        await fill(teamId, late, dice);
        const again = dice() % 2 === 0;
        if (again) await reprice(teamId);
        if (dice() % 3 === 0) await damageAndRepair(teamId);
        const all = factsOf(known, { costOf: costAt(again ? 5 : 0), allowed: ['lane'] });
        for (const { span: asked, filter, zone, bucket } of questions) {
          const about = { db: store.db, teamId, span: asked, now, filter };
          const facts = all.filter((fact) => matches(fact, filter));
          await checkSummary(about, facts);
          for (const groupBy of groups) await checkCosts(about, facts, groupBy, zone);
          await checkRanks(about, facts);
          await checkSessions(about, all);
          await checkStats(about, facts);
          await checkSeries(about, facts, bucket, zone);
        }
      },
    ),
    { numRuns: 6, endOnFailure: true },
  );
}, 180_000);
