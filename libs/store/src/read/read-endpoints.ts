import { sql } from 'kysely';
import type { EndpointRow } from '@telltale/contracts/http/endpoints';
import type { Db } from '../database.ts';
import { usedPeriod, type UsedPeriod } from './metrics-question.ts';
import { binMiddle } from './read-percentiles.ts';
import { boundsOf } from './rollup-rows.ts';
import { bucketsOf, type Segment, type Span } from './span.ts';

type Row = Omit<EndpointRow, 'p50_ms' | 'p90_ms' | 'p99_ms'> & { p50: number; p90: number; p99: number };

/**
 * What gateways said of their routes as the agent `agentId` of team `teamId`; most requested first. From its rollup, so
 * the period is widened to whole buckets as everywhere, and told as it was read. `now` is epoch ms.
 */
export async function readEndpoints(
  db: Db,
  { teamId, agentId, span, now }: { teamId: string; agentId: string; span: Span; now: number },
): Promise<UsedPeriod & { endpoints: EndpointRow[] }> {
  const buckets = bucketsOf(span, now);
  const { segments } = buckets;
  const at = (q: number) => sql`min(bin) filter (where upto >= ceil(${sql.lit(q)} * total))`;
  const ofSegment = (segment: Segment) =>
    sql`select r.* from endpoint_rollup r where r.team_id = ${teamId} and r.agent_id = ${agentId} and ${sql.join(boundsOf(segment), sql` and `)}`;
  const said =
    segments.length === 0
      ? sql`select * from endpoint_rollup where false`
      : sql.join(segments.map(ofSegment), sql` union all `);
  const { rows } = await sql<Row>`
    with said as materialized (${said}
    ), sums as (
      select route, method, sum(requests)::bigint as requests, sum(errors_4xx)::bigint as errors_4xx,
        sum(errors_5xx)::bigint as errors_5xx
      from said group by 1, 2
    ), counted as (
      select route, method, part.bin, sum(part.n) as n
      from said cross join lateral unnest(bins, counts) as part (bin, n) group by 1, 2, 3
    ), running as (
      select route, method, bin, sum(n) over (partition by route, method order by bin) as upto,
        sum(n) over (partition by route, method) as total
      from counted where n > 0
    ), percentiles as (
      select route, method, ${at(0.5)} as p50, ${at(0.9)} as p90, ${at(0.99)} as p99 from running group by 1, 2
    )
    select sums.*, round(100.0 * (errors_4xx + errors_5xx) / requests, 4)::double precision as error_rate, p50, p90, p99
    from sums join percentiles using (route, method) where requests > 0
    order by requests desc, route, method`.execute(db);
  const endpoints = rows.map(({ p50, p90, p99, ...row }) => ({
    ...row,
    p50_ms: binMiddle(p50),
    p90_ms: binMiddle(p90),
    p99_ms: binMiddle(p99),
  }));
  return { ...usedPeriod(buckets), endpoints };
}
