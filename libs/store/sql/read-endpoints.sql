-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

with said as materialized (select r.* from endpoint_rollup r where r.team_id = $1 and r.agent_id = $2 and r.grain = 15 and r.bucket >= $3::timestamptz and r.bucket < $4::timestamptz union all select r.* from endpoint_rollup r where r.team_id = $5 and r.agent_id = $6 and r.grain = 1440 and r.bucket >= $7::timestamptz and r.bucket < $8::timestamptz union all select r.* from endpoint_rollup r where r.team_id = $9 and r.agent_id = $10 and r.grain = 15 and r.bucket >= $11::timestamptz and r.bucket < $12::timestamptz union all select r.* from endpoint_rollup r where r.team_id = $13 and r.agent_id = $14 and r.grain = 1 and r.bucket >= $15::timestamptz and r.bucket < $16::timestamptz
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
  select route, method, min(bin) filter (where upto >= ceil(0.5 * total)) as p50, min(bin) filter (where upto >= ceil(0.9 * total)) as p90, min(bin) filter (where upto >= ceil(0.99 * total)) as p99 from running group by 1, 2
  )
  select sums.*, round(100.0 * (errors_4xx + errors_5xx) / requests, 4)::double precision as error_rate, p50, p90, p99
  from sums join percentiles using (route, method) where requests > 0
  order by requests desc, route, method;

--   Sort
--     Sort Key: ((sum(said_1.requests))::bigint) DESC, said_1.route, said_1.method
--     CTE said
--       ->  Append
--             ->  Index Scan using endpoint_rollup_pkey on endpoint_rollup r
--                   Index Cond: ((team_id = '*'::text) AND (agent_id = 'gateway'::text) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--             ->  Index Scan using endpoint_rollup_pkey on endpoint_rollup r_1
--                   Index Cond: ((team_id = '*'::text) AND (agent_id = 'gateway'::text) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--             ->  Index Scan using endpoint_rollup_pkey on endpoint_rollup r_2
--                   Index Cond: ((team_id = '*'::text) AND (agent_id = 'gateway'::text) AND (grain = 15) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--             ->  Index Scan using endpoint_rollup_pkey on endpoint_rollup r_3
--                   Index Cond: ((team_id = '*'::text) AND (agent_id = 'gateway'::text) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
--     ->  Hash Join
--           Hash Cond: ((said.route = said_1.route) AND (said.method = said_1.method))
--           ->  GroupAggregate
--                 Group Key: said.route, said.method
--                 ->  WindowAgg
--                       Window: w2 AS (PARTITION BY said.route, said.method)
--                       ->  WindowAgg
--                             Window: w1 AS (PARTITION BY said.route, said.method ORDER BY part.bin)
--                             ->  Sort
--                                   Sort Key: said.route, said.method, part.bin
--                                   ->  HashAggregate
--                                         Group Key: said.route, said.method, part.bin
--                                         Filter: (sum(part.n) > '0'::numeric)
--                                         ->  Nested Loop
--                                               ->  CTE Scan on said
--                                               ->  Function Scan on part
--           ->  Hash
--                 ->  HashAggregate
--                       Group Key: said_1.route, said_1.method
--                       Filter: ((sum(said_1.requests))::bigint > 0)
--                       ->  CTE Scan on said said_1
