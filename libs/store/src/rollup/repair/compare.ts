import { sql, type RawBuilder } from 'kysely';
import type { Db, DbTransaction } from '../../database.ts';
import { minuteHours } from '../cubes.ts';
import { binsByGrain } from '../fold/merge-bins.ts';
import { cellsByGrain } from '../fold/merge-cells.ts';
import type { Scope } from '../fold/scope.ts';
import { measures } from '../measures.ts';
import { differingEndpoints } from './endpoints.ts';
import { fillRange, toQuarters, type Range } from './fill-range.ts';
import { binLevels, binsOf, binsOfLevel, cellsOfLevel, levels, rowsOf, spanOf } from './sum-up.ts';
import { differingTotals } from './totals.ts';

/** One rollup row that is not what the records say. `measure` is set for latency bins, and 'total' for totals. */
export type Difference = {
  cube: string | null;
  series_id: string;
  grain: number;
  bucket: Date;
  measure: string | null;
};
export type Comparison = Range & {
  /** How many rollup rows differ, and some of them. */
  differing: number;
  examples: Difference[];
  /** Folded llm records that belong to no call. */
  strayRecords: number;
};

const exampleCount = 20;
const zeroed = (side: string): RawBuilder<unknown> =>
  sql.join(
    measures.map(
      ({ name, type }) => sql`coalesce(${sql.ref(`${side}.${name}`)}, ${sql.lit(type === 'text' ? '' : 0)})`,
    ),
  );

/** Rows where what is and what should be differ; a row of zeros is no row. */
const differingCells = (should: RawBuilder<unknown>, are: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  select cube, series_id, grain, bucket, null::text as measure
  from (${should}) s full join (select * from rollup where ${are}) a using (cube, grain, bucket, series_id)
  where (${zeroed('s')}) is distinct from (${zeroed('a')})`;

/** Bins in order, empty ones left out: two sides that mean the same are written alike. */
const ordered = (side: string): RawBuilder<unknown> => sql`
  (select array_agg((bin, n) order by bin) from unnest(${sql.ref(`${side}.bins`)}, ${sql.ref(`${side}.counts`)}) as u (bin, n) where n <> 0)`;

const differingBins = (should: RawBuilder<unknown>, are: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  select null::text as cube, series_id, grain, bucket, measure
  from (${should}) s full join (select * from rollup_bin where ${are}) a using (series_id, grain, measure, bucket)
  where ${ordered('s')}::text is distinct from ${ordered('a')}::text`;

async function find(trx: DbTransaction, what: RawBuilder<unknown>): Promise<{ count: number; examples: Difference[] }> {
  const { rows } = await sql<Difference & { count: number }>`
    select *, count(*) over () as count from (${what}) differing limit ${exampleCount}`.execute(trx);
  const examples = rows.map(({ cube, series_id, grain, bucket, measure }) => ({
    cube,
    series_id,
    grain,
    bucket,
    measure,
  }));
  return { count: rows[0]?.count ?? 0, examples };
}

async function strayRecords(trx: DbTransaction, { teamId, rows }: Scope): Promise<number> {
  const found = await sql<{ n: number }>`select count(*) as n from llm_call r where ${rows}
    and not exists (select from calls c where c.team_id = ${teamId} and c.call_id = r.id)
    and not exists (select from call_alias a where a.team_id = ${teamId} and a.alias = 'r:' || r.id)`.execute(trx);
  return found.rows[0]?.n ?? 0;
}

/**
 * Compares the rollups of a range with a recomputation from raw, and the days and all-time rows of its series with their
 * parts. Counts only folded batches, in one snapshot, so it may run while folds go on. Writes nothing that stays.
 * `recent` reads only batches that still have their ledger row: for a range of the last hours.
 */
export async function compareWithRaw(
  db: Db,
  teamId: string,
  wanted: Range,
  { now = Date.now(), recent = false }: { now?: number; recent?: boolean } = {},
): Promise<Comparison> {
  const range = toQuarters(wanted);
  const minutesSince = new Date(Math.max(range.from.getTime(), now - minuteHours * 3_600_000));
  const span = sql`bucket >= ${range.from} and bucket < ${range.to} and (grain <> 1 or bucket >= ${minutesSince})`;
  const short = sql`team_id = ${teamId} and grain in (1, 15) and ${span}`;
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (trx) => {
      const scope = await fillRange(trx, teamId, range, { recent, minutesSince });
      await sql`insert into fold_series select distinct series_id from fold_cell`.execute(trx);
      const parts = { minutesSince, grains: [1, 15] as const };
      const found = [
        await find(trx, differingCells(cellsByGrain(parts), short)),
        await find(trx, differingBins(binsByGrain(parts), short)),
      ];
      for (const level of levels) {
        const ofLevel = spanOf(level, range);
        const cells = cellsOfLevel(teamId, level, range);
        found.push(await find(trx, differingCells(cells, rowsOf(teamId, level.grain, ofLevel))));
      }
      for (const level of binLevels) {
        const bins = binsOfLevel(teamId, level, range);
        found.push(await find(trx, differingBins(bins, binsOf(teamId, level.grain, spanOf(level, range)))));
      }
      const rest = [differingTotals(teamId), ...differingEndpoints(scope, range, minutesSince)];
      for (const differing of rest) found.push(await find(trx, differing));
      return {
        ...range,
        differing: found.reduce((sum, { count }) => sum + count, 0),
        examples: found.flatMap(({ examples }) => examples).slice(0, exampleCount),
        strayRecords: await strayRecords(trx, scope),
      };
    });
}
