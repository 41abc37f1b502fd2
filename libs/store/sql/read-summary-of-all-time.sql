-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select (select coalesce(json_agg(part), '[]') from (
  select key, round(cost_usd, 6) as cost_usd, unpriced_calls as unpriced, total
  from (with best as materialized ((select t.key, "t"."records", "t"."llm_calls", "t"."unpriced_calls", "t"."cost_usd" from (select t.id as key, "t"."records", "t"."llm_calls", "t"."unpriced_calls", "t"."cost_usd", t.first_at, t.last_at from "key_total" t
  where t.team_id = $1 and t.dim = 'session_id' order by cost_usd desc nulls last, "key" limit $2) t))
  select key, case when coalesce(unpriced_calls, 0) < llm_calls then cost_usd end as cost_usd, unpriced_calls, (select count(*) from "key_total" t where t.team_id = $3 and t.dim = 'session_id') as total from (select * from best ) as unit order by cost_usd desc nulls last, "key" limit $4 offset $5) as page) as part) as "dearest",
  (select coalesce(json_agg(part), '[]') from (
  select s.model, round(sum(r.cost_usd), 6) as cost, sum(r.llm_calls) as calls, sum(r.unpriced_calls) as unpriced
  from "series" s cross join lateral (select r.* from "rollup_ever" r where r.team_id = $6 and r.series_id = s.series_id and r.grain = 0) r
  where s.team_id = $7 and s.cube = $8 and s.session_id is null and s.task_id is null and s.run_id is null
  group by s.model having sum(r.llm_calls) > 0 order by sum(r.cost_usd) desc nulls last, s.model) as part) as "models";

--   Result
--     InitPlan 3
--       ->  Aggregate
--             ->  Limit
--                   CTE best
--                     ->  Subquery Scan on t
--                           ->  Limit
--                                 ->  Incremental Sort
--                                       Sort Key: t_1.cost_usd DESC NULLS LAST, t_1.id
--                                       Presorted Key: t_1.cost_usd
--                                       ->  Index Scan using key_total_cost on key_total t_1
--                                             Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text))
--                   InitPlan 2
--                     ->  Aggregate
--                           ->  Index Only Scan using key_total_newest on key_total t_2
--                                 Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text))
--                   ->  Sort
--                         Sort Key: (CASE WHEN (COALESCE(best.unpriced_calls, '0'::bigint) < best.llm_calls) THEN best.cost_usd ELSE NULL::numeric END) DESC NULLS LAST, best.key
--                         ->  CTE Scan on best
--     InitPlan 4
--       ->  Aggregate
--             ->  Subquery Scan on part
--                   ->  Sort
--                         Sort Key: (sum(r.cost_usd)) DESC NULLS LAST, s.model
--                         ->  GroupAggregate
--                               Group Key: s.model
--                               Filter: (sum(r.llm_calls) > '0'::numeric)
--                               ->  Sort
--                                     Sort Key: s.model
--                                     ->  Nested Loop
--                                           Join Filter: (r.series_id = s.series_id)
--                                           ->  Index Scan using series_cube on series s
--                                                 Index Cond: ((team_id = 'red'::text) AND (cube = 'model'::text))
--                                           ->  Index Scan using rollup_ever_pkey on rollup_ever r
--                                                 Index Cond: ((team_id = 'red'::text) AND (grain = 0))


select (select coalesce(json_agg(part), '[]') from (select sum(r.llm_calls) as "llm_calls", sum(r.llm_errors) as "llm_errors", sum(r.unpriced_calls) as "unpriced_calls", sum(r.estimated_calls) as "estimated_calls", sum(r.input_tokens) as "input_tokens", sum(r.output_tokens) as "output_tokens", sum(r.cache_read_tokens) as "cache_read_tokens", coalesce(sum(r.cache_write_5m_tokens), 0) + coalesce(sum(r.cache_write_1h_tokens), 0) as "cache_write_tokens", sum(r.reasoning_tokens) as "reasoning_tokens", round(sum(r.cost_usd), 6) as "cost_usd", round(sum(r.llm_us) / nullif(sum(r.llm_timed), 0) / 1000, 3) as "avg_llm_ms", sum(r.tool_calls) as "tool_calls", sum(r.tool_errors) as "tool_errors", round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as "avg_tool_ms", sum(r.service_calls) as "service_calls", sum(r.git_commits) as "git_commits", max(r.memory_peak) as "memory_peak", sum(r.cost_usd)::text as exact_cost from "series" s cross join lateral (select r.* from "rollup_ever" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 0) r
  where s.team_id = $2 and s.cube = $3 and s.session_id is null and s.task_id is null and s.run_id is null) as part) as "totals",
  (select coalesce(json_agg(part), '[]') from (
  select s.tool, sum(r.tool_calls) as calls, sum(r.tool_errors) as errors,
  round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as avg_ms
  from "series" s cross join lateral (select r.* from "rollup_ever" r where r.team_id = $4 and r.series_id = s.series_id and r.grain = 0) r
  where s.team_id = $5 and s.cube = $6 and s.session_id is null and s.task_id is null and s.run_id is null
  group by s.tool having sum(r.tool_calls) > 0 order by sum(r.tool_calls) desc, s.tool) as part) as "tools",
  (select coalesce(json_agg(part), '[]') from (select where false) as part) as "before",
  (select coalesce(json_agg(part), '[]') from (select where false) as part) as "sessions";

--   Result
--     InitPlan 1
--       ->  Aggregate
--             ->  Subquery Scan on part
--                   ->  Aggregate
--                         ->  Nested Loop
--                               Join Filter: (r.series_id = s.series_id)
--                               ->  Index Scan using series_cube on series s
--                                     Index Cond: ((team_id = 'red'::text) AND (cube = 'team'::text))
--                               ->  Index Scan using rollup_ever_pkey on rollup_ever r
--                                     Index Cond: ((team_id = 'red'::text) AND (grain = 0))
--     InitPlan 2
--       ->  Aggregate
--             ->  Subquery Scan on part_1
--                   ->  Sort
--                         Sort Key: (sum(r_1.tool_calls)) DESC, s_1.tool
--                         ->  GroupAggregate
--                               Group Key: s_1.tool
--                               Filter: (sum(r_1.tool_calls) > '0'::numeric)
--                               ->  Sort
--                                     Sort Key: s_1.tool
--                                     ->  Nested Loop
--                                           Join Filter: (r_1.series_id = s_1.series_id)
--                                           ->  Index Scan using series_cube on series s_1
--                                                 Index Cond: ((team_id = 'red'::text) AND (cube = 'tool'::text))
--                                           ->  Index Scan using rollup_ever_pkey on rollup_ever r_1
--                                                 Index Cond: ((team_id = 'red'::text) AND (grain = 0))
--     InitPlan 3
--       ->  Aggregate
--             ->  Result
--                   One-Time Filter: false
--     InitPlan 4
--       ->  Aggregate
--             ->  Result
--                   One-Time Filter: false
