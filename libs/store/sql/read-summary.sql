-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select
  sum(r.llm_calls) as llm_calls, sum(r.llm_errors) as llm_errors, sum(r.unpriced_calls) as unpriced_calls,
  sum(r.input_tokens) as input_tokens, sum(r.output_tokens) as output_tokens,
  sum(r.cache_read_tokens) as cache_read_tokens,
  coalesce(sum(r.cache_write_5m_tokens), 0) + coalesce(sum(r.cache_write_1h_tokens), 0) as cache_write_tokens,
  sum(r.reasoning_tokens) as reasoning_tokens, round(sum(r.cost_usd), 6) as cost_usd,
  round(sum(r.llm_us) / nullif(sum(r.llm_timed), 0) / 1000, 3) as avg_llm_ms,
  sum(r.tool_calls) as tool_calls, sum(r.tool_errors) as tool_errors,
  round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as avg_tool_ms,
  sum(r.service_calls) as service_calls, sum(r.git_commits) as git_commits, max(r.memory_peak) as memory_peak from series s cross join lateral (select r.* from "rollup" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $2::timestamptz and r.bucket < $3::timestamptz union all select r.* from "rollup" r where r.team_id = $4 and r.series_id = s.series_id and r.grain = 1440 and r.bucket >= $5::timestamptz and r.bucket < $6::timestamptz union all select r.* from "rollup" r where r.team_id = $7 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $8::timestamptz and r.bucket < $9::timestamptz union all select r.* from "rollup" r where r.team_id = $10 and r.series_id = s.series_id and r.grain = 1 and r.bucket >= $11::timestamptz and r.bucket < $12::timestamptz) r
  where s.team_id = $13 and s.cube = $14 and s.session_id is null and s.task_id is null and s.run_id is null;

--   Aggregate
--     ->  Nested Loop
--           ->  Index Scan using series_cube on series s
--                 Index Cond: ((team_id = 'red'::text) AND (cube = 'team'::text))
--           ->  Append
--                 ->  Subquery Scan on "*SELECT* 1"
--                       ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_1
--                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                 ->  Subquery Scan on "*SELECT* 2"
--                       ->  Index Scan using rollup_day_pkey on rollup_day r_2
--                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                 ->  Subquery Scan on "*SELECT* 3"
--                       ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_3
--                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                 ->  Subquery Scan on "*SELECT* 4"
--                       ->  Index Scan using rollup_minute_pkey on rollup_minute r_4
--                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))


with each as (
  select s.session_id, round(sum(r.cost_usd), 6) as cost_usd
  from (select r.* from "rollup" r where r.team_id = $1 and r.cube = $2 and r.grain = 15 and r.bucket >= $3::timestamptz and r.bucket < $4::timestamptz union all select r.* from "rollup" r where r.team_id = $5 and r.cube = $6 and r.grain = 1440 and r.bucket >= $7::timestamptz and r.bucket < $8::timestamptz union all select r.* from "rollup" r where r.team_id = $9 and r.cube = $10 and r.grain = 15 and r.bucket >= $11::timestamptz and r.bucket < $12::timestamptz union all select r.* from "rollup" r where r.team_id = $13 and r.cube = $14 and r.grain = 1 and r.bucket >= $15::timestamptz and r.bucket < $16::timestamptz) r join series s on s.team_id = r.team_id and s.series_id = r.series_id
  where s.team_id = $17 and s.cube = $18 and s.session_id is not null
  group by s.session_id
  ), top as (
  select session_id, cost_usd from each where cost_usd is not null order by cost_usd desc, session_id limit $19
  )
  select (select count(*) from each) as sessions, top.session_id, top.cost_usd
  from (select 1) as one left join top on true order by top.cost_usd desc nulls last, top.session_id;

--   Sort
--     Sort Key: each.cost_usd DESC NULLS LAST, each.session_id
--     CTE each
--       ->  GroupAggregate
--             Group Key: s.session_id
--             ->  Nested Loop
--                   Join Filter: ("*SELECT* 1".series_id = s.series_id)
--                   ->  Index Scan using series_session on series s
--                         Index Cond: (team_id = 'red'::text)
--                         Filter: (cube = 'unit'::text)
--                   ->  Append
--                         ->  Subquery Scan on "*SELECT* 1"
--                               ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_1
--                                     Index Cond: ((team_id = 'red'::text) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                     Filter: (cube = 'unit'::text)
--                         ->  Subquery Scan on "*SELECT* 2"
--                               ->  Index Scan using rollup_day_pkey on rollup_day r_2
--                                     Index Cond: ((team_id = 'red'::text) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                     Filter: (cube = 'unit'::text)
--                         ->  Subquery Scan on "*SELECT* 3"
--                               ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_3
--                                     Index Cond: ((team_id = 'red'::text) AND (grain = 15) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                     Filter: (cube = 'unit'::text)
--                         ->  Subquery Scan on "*SELECT* 4"
--                               ->  Index Scan using rollup_minute_pkey on rollup_minute r_4
--                                     Index Cond: ((team_id = 'red'::text) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                     Filter: (cube = 'unit'::text)
--     InitPlan 2
--       ->  Aggregate
--             ->  CTE Scan on each each_1
--     ->  Nested Loop Left Join
--           ->  Result
--           ->  Limit
--                 ->  Sort
--                       Sort Key: each.cost_usd DESC, each.session_id
--                       ->  CTE Scan on each
--                             Filter: (cost_usd IS NOT NULL)


select s.model, round(sum(r.cost_usd), 6) as cost, sum(r.llm_calls) as calls, sum(r.unpriced_calls) as unpriced
  from series s cross join lateral (select r.* from "rollup" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $2::timestamptz and r.bucket < $3::timestamptz union all select r.* from "rollup" r where r.team_id = $4 and r.series_id = s.series_id and r.grain = 1440 and r.bucket >= $5::timestamptz and r.bucket < $6::timestamptz union all select r.* from "rollup" r where r.team_id = $7 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $8::timestamptz and r.bucket < $9::timestamptz union all select r.* from "rollup" r where r.team_id = $10 and r.series_id = s.series_id and r.grain = 1 and r.bucket >= $11::timestamptz and r.bucket < $12::timestamptz) r
  where s.team_id = $13 and s.cube = $14 and s.session_id is null and s.task_id is null and s.run_id is null
  group by s.model order by sum(r.cost_usd) desc nulls last, s.model;

--   Sort
--     Sort Key: (sum("*SELECT* 1".cost_usd)) DESC NULLS LAST, s.model
--     ->  GroupAggregate
--           Group Key: s.model
--           ->  Sort
--                 Sort Key: s.model
--                 ->  Nested Loop
--                       ->  Index Scan using series_cube on series s
--                             Index Cond: ((team_id = 'red'::text) AND (cube = 'model'::text))
--                       ->  Append
--                             ->  Subquery Scan on "*SELECT* 1"
--                                   ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_1
--                                         Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                             ->  Subquery Scan on "*SELECT* 2"
--                                   ->  Index Scan using rollup_day_pkey on rollup_day r_2
--                                         Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                             ->  Subquery Scan on "*SELECT* 3"
--                                   ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_3
--                                         Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                             ->  Subquery Scan on "*SELECT* 4"
--                                   ->  Index Scan using rollup_minute_pkey on rollup_minute r_4
--                                         Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))


select s.tool, sum(r.tool_calls) as calls, sum(r.tool_errors) as errors,
  round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as avg_ms
  from series s cross join lateral (select r.* from "rollup" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $2::timestamptz and r.bucket < $3::timestamptz union all select r.* from "rollup" r where r.team_id = $4 and r.series_id = s.series_id and r.grain = 1440 and r.bucket >= $5::timestamptz and r.bucket < $6::timestamptz union all select r.* from "rollup" r where r.team_id = $7 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $8::timestamptz and r.bucket < $9::timestamptz union all select r.* from "rollup" r where r.team_id = $10 and r.series_id = s.series_id and r.grain = 1 and r.bucket >= $11::timestamptz and r.bucket < $12::timestamptz) r
  where s.team_id = $13 and s.cube = $14 and s.session_id is null and s.task_id is null and s.run_id is null
  group by s.tool order by sum(r.tool_calls) desc, s.tool;

--   Sort
--     Sort Key: (sum("*SELECT* 1".tool_calls)) DESC, s.tool
--     ->  GroupAggregate
--           Group Key: s.tool
--           ->  Sort
--                 Sort Key: s.tool
--                 ->  Nested Loop
--                       ->  Index Scan using series_cube on series s
--                             Index Cond: ((team_id = 'red'::text) AND (cube = 'tool'::text))
--                       ->  Append
--                             ->  Subquery Scan on "*SELECT* 1"
--                                   ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_1
--                                         Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                             ->  Subquery Scan on "*SELECT* 2"
--                                   ->  Index Scan using rollup_day_pkey on rollup_day r_2
--                                         Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                             ->  Subquery Scan on "*SELECT* 3"
--                                   ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_3
--                                         Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                             ->  Subquery Scan on "*SELECT* 4"
--                                   ->  Index Scan using rollup_minute_pkey on rollup_minute r_4
--                                         Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))


select
  sum(r.llm_calls) as llm_calls, sum(r.llm_errors) as llm_errors, sum(r.unpriced_calls) as unpriced_calls,
  sum(r.input_tokens) as input_tokens, sum(r.output_tokens) as output_tokens,
  sum(r.cache_read_tokens) as cache_read_tokens,
  coalesce(sum(r.cache_write_5m_tokens), 0) + coalesce(sum(r.cache_write_1h_tokens), 0) as cache_write_tokens,
  sum(r.reasoning_tokens) as reasoning_tokens, round(sum(r.cost_usd), 6) as cost_usd,
  round(sum(r.llm_us) / nullif(sum(r.llm_timed), 0) / 1000, 3) as avg_llm_ms,
  sum(r.tool_calls) as tool_calls, sum(r.tool_errors) as tool_errors,
  round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as avg_tool_ms,
  sum(r.service_calls) as service_calls, sum(r.git_commits) as git_commits, max(r.memory_peak) as memory_peak from series s cross join lateral (select r.* from "rollup" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $2::timestamptz and r.bucket < $3::timestamptz union all select r.* from "rollup" r where r.team_id = $4 and r.series_id = s.series_id and r.grain = 1440 and r.bucket >= $5::timestamptz and r.bucket < $6::timestamptz union all select r.* from "rollup" r where r.team_id = $7 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $8::timestamptz and r.bucket < $9::timestamptz) r
  where s.team_id = $10 and s.cube = $11 and s.session_id is null and s.task_id is null and s.run_id is null;

--   Aggregate
--     ->  Nested Loop
--           ->  Index Scan using series_cube on series s
--                 Index Cond: ((team_id = 'red'::text) AND (cube = 'team'::text))
--           ->  Append
--                 ->  Subquery Scan on "*SELECT* 1"
--                       ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_1
--                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-01 12:15:00+00'::timestamp with time zone) AND (bucket < '2026-06-02 00:00:00+00'::timestamp with time zone))
--                 ->  Subquery Scan on "*SELECT* 2"
--                       ->  Index Scan using rollup_day_pkey on rollup_day r_2
--                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1440) AND (bucket >= '2026-06-02 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 00:00:00+00'::timestamp with time zone))
--                 ->  Subquery Scan on "*SELECT* 3"
--                       ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_3
--                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 12:30:00+00'::timestamp with time zone))


with each as (
  select s.session_id, round(sum(r.cost_usd), 6) as cost_usd
  from (select r.* from "rollup" r where r.team_id = $1 and r.cube = $2 and r.grain = 15 and r.bucket >= $3::timestamptz and r.bucket < $4::timestamptz union all select r.* from "rollup" r where r.team_id = $5 and r.cube = $6 and r.grain = 1440 and r.bucket >= $7::timestamptz and r.bucket < $8::timestamptz union all select r.* from "rollup" r where r.team_id = $9 and r.cube = $10 and r.grain = 15 and r.bucket >= $11::timestamptz and r.bucket < $12::timestamptz) r join series s on s.team_id = r.team_id and s.series_id = r.series_id
  where s.team_id = $13 and s.cube = $14 and s.session_id is not null
  group by s.session_id
  ), top as (
  select session_id, cost_usd from each where cost_usd is not null order by cost_usd desc, session_id limit $15
  )
  select (select count(*) from each) as sessions, top.session_id, top.cost_usd
  from (select 1) as one left join top on true order by top.cost_usd desc nulls last, top.session_id;

--   Sort
--     Sort Key: each.cost_usd DESC NULLS LAST, each.session_id
--     CTE each
--       ->  GroupAggregate
--             Group Key: s.session_id
--             ->  Nested Loop
--                   Join Filter: ("*SELECT* 1".series_id = s.series_id)
--                   ->  Index Scan using series_session on series s
--                         Index Cond: (team_id = 'red'::text)
--                         Filter: (cube = 'unit'::text)
--                   ->  Append
--                         ->  Subquery Scan on "*SELECT* 1"
--                               ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_1
--                                     Index Cond: ((team_id = 'red'::text) AND (grain = 15) AND (bucket >= '2026-06-01 12:15:00+00'::timestamp with time zone) AND (bucket < '2026-06-02 00:00:00+00'::timestamp with time zone))
--                                     Filter: (cube = 'unit'::text)
--                         ->  Subquery Scan on "*SELECT* 2"
--                               ->  Index Scan using rollup_day_pkey on rollup_day r_2
--                                     Index Cond: ((team_id = 'red'::text) AND (grain = 1440) AND (bucket >= '2026-06-02 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 00:00:00+00'::timestamp with time zone))
--                                     Filter: (cube = 'unit'::text)
--                         ->  Subquery Scan on "*SELECT* 3"
--                               ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_3
--                                     Index Cond: ((team_id = 'red'::text) AND (grain = 15) AND (bucket >= '2026-06-08 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                     Filter: (cube = 'unit'::text)
--     InitPlan 2
--       ->  Aggregate
--             ->  CTE Scan on each each_1
--     ->  Nested Loop Left Join
--           ->  Result
--           ->  Limit
--                 ->  Sort
--                       Sort Key: each.cost_usd DESC, each.session_id
--                       ->  CTE Scan on each
--                             Filter: (cost_usd IS NOT NULL)
