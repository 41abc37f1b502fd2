-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

with best as materialized ((select t.key, "t"."records", "t"."llm_calls", "t"."unpriced_calls", "t"."cost_usd" from (select t.id as key, "t"."records", "t"."llm_calls", "t"."unpriced_calls", "t"."cost_usd", t.first_at, t.last_at from "key_total" t
  where t.team_id = $1 and t.dim = 'task_id' order by cost_usd desc nulls last, "key" limit $2) t))
  select key, case when coalesce(unpriced_calls, 0) < llm_calls then cost_usd end as cost_usd, unpriced_calls, (select count(*) from "key_total" t where t.team_id = $3 and t.dim = 'task_id') as total from (select * from best ) as unit order by cost_usd desc nulls last, "key" limit $4 offset $5;

--   Limit
--     CTE best
--       ->  Subquery Scan on t
--             ->  Limit
--                   ->  Incremental Sort
--                         Sort Key: t_1.cost_usd DESC NULLS LAST, t_1.id
--                         Presorted Key: t_1.cost_usd
--                         ->  Index Scan using key_total_cost on key_total t_1
--                               Index Cond: ((team_id = 'red'::text) AND (dim = 'task_id'::text))
--     InitPlan 2
--       ->  Aggregate
--             ->  Index Only Scan using key_total_newest on key_total t_2
--                   Index Cond: ((team_id = 'red'::text) AND (dim = 'task_id'::text))
--     ->  Sort
--           Sort Key: (CASE WHEN (COALESCE(best.unpriced_calls, '0'::bigint) < best.llm_calls) THEN best.cost_usd ELSE NULL::numeric END) DESC NULLS LAST, best.key
--           ->  CTE Scan on best


select "s"."task_id" as key, sum(r.llm_calls) as "llm_calls", sum(r.llm_errors) as "llm_errors", sum(r.unpriced_calls) as "unpriced_calls", sum(r.estimated_calls) as "estimated_calls", sum(r.input_tokens) as "input_tokens", sum(r.output_tokens) as "output_tokens", sum(r.cache_read_tokens) as "cache_read_tokens", coalesce(sum(r.cache_write_5m_tokens), 0) + coalesce(sum(r.cache_write_1h_tokens), 0) as "cache_write_tokens", sum(r.reasoning_tokens) as "reasoning_tokens", round(sum(r.cost_usd), 6) as "cost_usd", round(sum(r.llm_us) / nullif(sum(r.llm_timed), 0) / 1000, 3) as "avg_llm_ms", sum(r.tool_calls) as "tool_calls", sum(r.tool_errors) as "tool_errors", round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as "avg_tool_ms", sum(r.service_calls) as "service_calls", sum(r.git_commits) as "git_commits", max(r.memory_peak) as "memory_peak" from "series" s cross join lateral (select r.* from "rollup_ever" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 0) r
  where s.team_id = $2 and s.cube = $3 and "s"."task_id" = any($4::text[]) and "s"."task_id" is not null group by 1;

--   GroupAggregate
--     Group Key: s.task_id
--     ->  Nested Loop
--           Join Filter: (r.series_id = s.series_id)
--           ->  Index Scan using series_task on series s
--                 Index Cond: ((team_id = 'red'::text) AND (task_id = ANY ('{task-1}'::text[])))
--                 Filter: (cube = 'unit'::text)
--           ->  Index Scan using rollup_ever_pkey on rollup_ever r
--                 Index Cond: ((team_id = 'red'::text) AND (grain = 0))
