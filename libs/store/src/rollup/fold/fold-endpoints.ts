import { sql, type RawBuilder } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import type { Scope } from './scope.ts';

/** Lengths of buckets that traffic is kept in. */
export const endpointGrains = [1, 15, 1440, 0] as const;
type EndpointGrain = (typeof endpointGrains)[number];

const key = sql`agent_id, route, method, grain, bucket`;
const lengths: Partial<Record<EndpointGrain, string>> = { 1: '1 minute', 15: '15 minutes', 1440: '24 hours' };
const bucketOf = (grain: EndpointGrain): RawBuilder<unknown> => {
  const length = lengths[grain];
  return length === undefined ? sql`timestamptz 'epoch'` : sql`date_bin(${sql.lit(length)}, r.at, timestamptz 'epoch')`;
};

/** Keys of bins are numbers or 'z' for what took no time; what is neither is no bin. */
const binsOfRow = sql`jsonb_each_text(latency_bins) as part where part.key ~ '^(z|-?[0-9]{1,6})$'`;

/** What the gateways said of their traffic, by route, method, grain and bucket. Also read by the repair and the check. */
export function endpointsByGrain(
  scope: Scope,
  { minutesSince, grains = endpointGrains }: { minutesSince: Date; grains?: readonly EndpointGrain[] },
): RawBuilder<unknown> {
  const cells = grains.map(
    (grain) => sql`select agent_id, route, method, ${sql.lit(grain)}::smallint as grain, ${bucketOf(grain)} as bucket,
      requests, errors_4xx, errors_5xx, latency_bins
      from endpoint_minute r where ${scope.rows} ${grain === 1 ? sql`and r.at >= ${minutesSince}` : sql``}`,
  );
  return sql`
    with cells as materialized (${sql.join(cells, sql` union all `)}),
    counted as (
      select ${key}, case part.key when 'z' then -100000 else part.key::integer end as bin, sum(part.value::bigint)::bigint as n
      from cells cross join lateral ${binsOfRow} group by 1, 2, 3, 4, 5, 6),
    arrays as (select ${key}, array_agg(bin) as bins, array_agg(n) as counts from counted group by 1, 2, 3, 4, 5),
    sums as (
      select ${key}, sum(requests)::bigint as requests, sum(errors_4xx)::bigint as errors_4xx, sum(errors_5xx)::bigint as errors_5xx
      from cells group by 1, 2, 3, 4, 5)
    select sums.*, coalesce(bins, '{}') as bins, coalesce(counts, '{}') as counts
    from sums left join arrays using (agent_id, route, method, grain, bucket)`;
}

/** Adds the traffic of the scope to endpoint_rollup. */
export async function foldEndpoints(trx: DbTransaction, scope: Scope, minutesSince: Date): Promise<void> {
  await sql`insert into endpoint_rollup as t (team_id, ${key}, requests, errors_4xx, errors_5xx, bins, counts)
    select ${scope.teamId}, made.* from (${endpointsByGrain(scope, { minutesSince })}) made
    on conflict (team_id, ${key}) do update set requests = t.requests + excluded.requests,
      errors_4xx = t.errors_4xx + excluded.errors_4xx, errors_5xx = t.errors_5xx + excluded.errors_5xx, (bins, counts) = (
        select m.bins, m.counts from merge_bins(t.bins, t.counts, excluded.bins, excluded.counts) m)`.execute(trx);
}
