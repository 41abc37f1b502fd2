import { sql } from 'kysely';
import type { EndpointRow } from '@telltale/contracts/http/endpoints';
import type { Db } from '../database.ts';
import { binMiddle, lowestBin } from './read-percentiles.ts';
import type { Span } from './span.ts';

type Row = Omit<EndpointRow, 'p50_ms' | 'p90_ms' | 'p99_ms'> & { p50: number; p90: number; p99: number };

/** What gateways said of their routes, minute by minute, as the agent `agentId` of team `teamId`; most requested first. */
export async function readEndpoints(
  db: Db,
  { teamId, agentId, span }: { teamId: string; agentId: string; span: Span },
): Promise<EndpointRow[]> {
  const from = span.from === null ? sql`` : sql`and at >= ${new Date(span.from)}`;
  const at = (q: number) => sql`min(bin) filter (where upto >= ceil(${sql.lit(q)} * total))`;
  const { rows } = await sql<Row>`
    with said as materialized (
      select route, method, requests, errors_4xx, errors_5xx, latency_bins from endpoint_minute
      where team_id = ${teamId} and agent_id = ${agentId} and at < ${new Date(span.to)} ${from}
    ), sums as (
      select route, method, sum(requests)::bigint as requests, sum(errors_4xx)::bigint as errors_4xx,
        sum(errors_5xx)::bigint as errors_5xx
      from said group by 1, 2
    ), counted as (
      select route, method, case part.key when 'z' then ${lowestBin}::integer else part.key::integer end as bin,
        sum(part.value::bigint) as n
      from said cross join lateral jsonb_each_text(latency_bins) as part group by 1, 2, 3
    ), running as (
      select route, method, bin, sum(n) over (partition by route, method order by bin) as upto,
        sum(n) over (partition by route, method) as total
      from counted
    ), percentiles as (
      select route, method, ${at(0.5)} as p50, ${at(0.9)} as p90, ${at(0.99)} as p99 from running group by 1, 2
    )
    select sums.*, round(100.0 * (errors_4xx + errors_5xx) / requests, 4)::double precision as error_rate, p50, p90, p99
    from sums join percentiles using (route, method) where requests > 0
    order by requests desc, route, method`.execute(db);
  return rows.map(({ p50, p90, p99, ...row }) => ({
    ...row,
    p50_ms: binMiddle(p50),
    p90_ms: binMiddle(p90),
    p99_ms: binMiddle(p99),
  }));
}
