import { sql, type RawBuilder } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import { endpointsByGrain } from '../fold/fold-endpoints.ts';
import type { Scope } from '../fold/scope.ts';
import type { Range } from './fill-range.ts';

const key = sql`agent_id, route, method, grain, bucket`;
const values = sql`requests, errors_4xx, errors_5xx, bins, counts`;

/** Days and all time of the traffic by the quarter hours; those of a range follow from the records. */
const longer = (teamId: string, grain: 1440 | 0, from: 15 | 1440, span: RawBuilder<unknown>): RawBuilder<unknown> => {
  const bucket = grain === 0 ? sql`timestamptz 'epoch'` : sql`date_bin('24 hours', bucket, timestamptz 'epoch')`;
  const rows = sql`from endpoint_rollup where team_id = ${teamId} and grain = ${sql.lit(from)} and ${span}`;
  return sql`
    select sums.*, coalesce(bins, '{}') as bins, coalesce(counts, '{}') as counts from (
      select agent_id, route, method, ${sql.lit(grain)}::smallint as grain, ${bucket} as bucket, sum(requests)::bigint as requests,
        sum(errors_4xx)::bigint as errors_4xx, sum(errors_5xx)::bigint as errors_5xx ${rows} group by 1, 2, 3, 4, 5) sums
    left join (
      select agent_id, route, method, bucket, array_agg(bin) as bins, array_agg(n) as counts from (
        select agent_id, route, method, ${bucket} as bucket, bin, sum(n)::bigint as n
        from (select * ${rows}) r cross join lateral unnest(bins, counts) as u (bin, n) group by 1, 2, 3, 4, 5) single
      group by 1, 2, 3, 4) arrays using (agent_id, route, method, bucket)`;
};

const dayMs = 86_400_000;
const daysOf = ({ from, to }: Range): RawBuilder<unknown> => {
  const first = new Date(Math.floor(from.getTime() / dayMs) * dayMs);
  const end = new Date(Math.ceil(to.getTime() / dayMs) * dayMs);
  return sql`bucket >= ${first} and bucket < ${end}`;
};

/** Makes the traffic of a range anew from its records, then its days and all time. */
export async function replaceEndpoints(
  trx: DbTransaction,
  { scope, range, minutesSince }: { scope: Scope; range: Range; minutesSince: Date },
): Promise<void> {
  const { teamId } = scope;
  const within = sql`bucket >= ${range.from} and bucket < ${range.to}`;
  const replace = async (where: RawBuilder<unknown>, made: RawBuilder<unknown>): Promise<void> => {
    await sql`delete from endpoint_rollup where team_id = ${teamId} and ${where}`.execute(trx);
    await sql`insert into endpoint_rollup (team_id, ${key}, ${values}) select ${teamId}, made.* from (${made}) made`.execute(
      trx,
    );
  };
  await replace(sql`grain in (1, 15) and ${within}`, endpointsByGrain(scope, { minutesSince, grains: [1, 15] }));
  await replace(sql`grain = 1440 and ${daysOf(range)}`, longer(teamId, 1440, 15, daysOf(range)));
  await replace(sql`grain = 0`, longer(teamId, 0, 1440, sql`true`));
}

const ordered = (side: string): RawBuilder<unknown> => sql`
  (select array_agg((bin, n) order by bin) from unnest(${sql.ref(`${side}.bins`)}, ${sql.ref(`${side}.counts`)}) as u (bin, n) where n <> 0)::text`;
const sums = (side: string): RawBuilder<unknown> =>
  sql.join(['requests', 'errors_4xx', 'errors_5xx'].map((name) => sql`coalesce(${sql.ref(`${side}.${name}`)}, 0)`));

const differing = (should: RawBuilder<unknown>, teamId: string, where: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  select 'endpoint' as cube, md5(row(agent_id, route, method)::text)::uuid as series_id, grain, bucket, null::text as measure
  from (${should}) s full join (select * from endpoint_rollup where team_id = ${teamId} and ${where}) a
    using (agent_id, route, method, grain, bucket)
  where (${sums('s')}) is distinct from (${sums('a')}) or ${ordered('s')} is distinct from ${ordered('a')}`;

/** Rows of traffic that are not what the records of the range, or their own parts, say: each in the shape of a difference. */
export function differingEndpoints(scope: Scope, range: Range, minutesSince: Date): RawBuilder<unknown>[] {
  const { teamId } = scope;
  const within = sql`bucket >= ${range.from} and bucket < ${range.to} and (grain <> 1 or bucket >= ${minutesSince})`;
  const short = endpointsByGrain(scope, { minutesSince, grains: [1, 15] });
  return [
    differing(short, teamId, sql`grain in (1, 15) and ${within}`),
    differing(longer(teamId, 1440, 15, daysOf(range)), teamId, sql`grain = 1440 and ${daysOf(range)}`),
    differing(longer(teamId, 0, 1440, sql`true`), teamId, sql`grain = 0`),
  ];
}
