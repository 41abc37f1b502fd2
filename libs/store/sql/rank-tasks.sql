-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

with edge as materialized (
  select t.id as key, sum(r.records) as records, sum(r.llm_calls) as llm_calls, sum(r.unpriced_calls) as unpriced_calls,
  sum(r.input_tokens) as input_tokens, sum(r.output_tokens) as output_tokens, sum(r.cost_usd) as cost_usd
  from (select t.id from "key_total" t where t.team_id = $1 and t.dim = 'task_id' and "t"."last_at" >= $2::timestamptz and "t"."first_at" < $3::timestamptz union all select t.id from "key_total" t where t.team_id = $4 and t.dim = 'task_id' and "t"."last_at" >= $5::timestamptz and "t"."last_at" < $6::timestamptz and "t"."first_at" < $7::timestamptz) t
  cross join lateral (
  select u.series_id, u.first_at, u.last_at from unit_total u where u.team_id = $8 and u.cube = 'unit' and "u"."task_id" = t.id offset 0) u
  cross join lateral (select r.* from "rollup" r where r.team_id = $9 and r.series_id = "u"."series_id" and r.grain = 15 and r.bucket >= $10::timestamptz and r.bucket < $11::timestamptz and "u"."first_at" < $12::timestamptz and "u"."last_at" >= $13::timestamptz union all select r.* from "rollup" r where r.team_id = $14 and r.series_id = "u"."series_id" and r.grain = 120 and r.bucket >= $15::timestamptz and r.bucket < $16::timestamptz and "u"."first_at" < $17::timestamptz and "u"."last_at" >= $18::timestamptz union all select r.* from "rollup" r where r.team_id = $19 and r.series_id = "u"."series_id" and r.grain = 1440 and r.bucket >= $20::timestamptz and r.bucket < $21::timestamptz and "u"."first_at" < $22::timestamptz and "u"."last_at" >= $23::timestamptz union all select r.* from "rollup" r where r.team_id = $24 and r.series_id = "u"."series_id" and r.grain = 120 and r.bucket >= $25::timestamptz and r.bucket < $26::timestamptz and "u"."first_at" < $27::timestamptz and "u"."last_at" >= $28::timestamptz union all select r.* from "rollup" r where r.team_id = $29 and r.series_id = "u"."series_id" and r.grain = 15 and r.bucket >= $30::timestamptz and r.bucket < $31::timestamptz and "u"."first_at" < $32::timestamptz and "u"."last_at" >= $33::timestamptz union all select r.* from "rollup" r where r.team_id = $34 and r.series_id = "u"."series_id" and r.grain = 1 and r.bucket >= $35::timestamptz and r.bucket < $36::timestamptz and "u"."first_at" < $37::timestamptz and "u"."last_at" >= $38::timestamptz) r
  group by t.id
  having sum(r.records) > 0 or sum(r.llm_calls) > 0)
  select key, cost_usd, (select count(*) from (select t.id as key, t.records, t.llm_calls, t.unpriced_calls, t.input_tokens, t.output_tokens, t.cost_usd from "key_total" t where t.team_id = $39 and t.dim = 'task_id' and "t"."last_at" >= $40::timestamptz and "t"."first_at" < $41::timestamptz and ("t"."first_at" >= $42::timestamptz and "t"."last_at" < $43::timestamptz)) as unit) + (select count(*) from edge) as total
  from ((select t.id as key, t.records, t.llm_calls, t.unpriced_calls, t.input_tokens, t.output_tokens, t.cost_usd from "key_total" t where t.team_id = $44 and t.dim = 'task_id' and "t"."last_at" >= $45::timestamptz and "t"."first_at" < $46::timestamptz and ("t"."first_at" >= $47::timestamptz and "t"."last_at" < $48::timestamptz) order by cost_usd desc nulls last, "t"."id" limit $49) union all select * from edge) as unit order by cost_usd desc nulls last, "key" limit $50 offset $51;

--   Limit
--     CTE edge
--       ->  GroupAggregate
--             Group Key: t_2.id
--             Filter: ((sum("*SELECT* 1_1".records) > '0'::numeric) OR (sum("*SELECT* 1_1".llm_calls) > '0'::numeric))
--             ->  Sort
--                   Sort Key: t_2.id
--                   ->  Nested Loop
--                         ->  Nested Loop
--                               ->  Append
--                                     ->  Index Scan using key_total_newest on key_total t_2
--                                           Index Cond: ((team_id = 'red'::text) AND (dim = 'task_id'::text) AND (last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                     ->  Index Scan using key_total_newest on key_total t_3
--                                           Index Cond: ((team_id = 'red'::text) AND (dim = 'task_id'::text) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-08 12:30:00+00'::timestamp with time zone))
--                               ->  Index Scan using unit_total_run on unit_total u
--                                     Index Cond: ((team_id = 'red'::text) AND (cube = 'unit'::text))
--                                     Filter: (task_id = t_2.id)
--                         ->  Memoize
--                               Cache Key: u.series_id, u.first_at, u.last_at
--                               Cache Mode: binary
--                               ->  Append
--                                     ->  Subquery Scan on "*SELECT* 1_1"
--                                           ->  Result
--                                                 One-Time Filter: ((u.first_at < '2026-06-08 14:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                 ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_1
--                                                       Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                     ->  Subquery Scan on "*SELECT* 2_1"
--                                           ->  Result
--                                                 One-Time Filter: ((u.first_at < '2026-06-09 00:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                 ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_2
--                                                       Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                     ->  Subquery Scan on "*SELECT* 3"
--                                           ->  Result
--                                                 One-Time Filter: ((u.first_at < '2026-06-15 00:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                 ->  Index Scan using rollup_day_pkey on rollup_day r_3
--                                                       Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                     ->  Subquery Scan on "*SELECT* 4"
--                                           ->  Result
--                                                 One-Time Filter: ((u.first_at < '2026-06-15 12:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                 ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_4
--                                                       Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 120) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                     ->  Subquery Scan on "*SELECT* 5"
--                                           ->  Result
--                                                 One-Time Filter: ((u.first_at < '2026-06-15 12:30:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                 ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_5
--                                                       Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                     ->  Subquery Scan on "*SELECT* 6"
--                                           ->  Result
--                                                 One-Time Filter: ((u.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                 ->  Index Scan using rollup_minute_pkey on rollup_minute r_6
--                                                       Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
--     InitPlan 2
--       ->  Aggregate
--             ->  Index Only Scan using key_total_newest on key_total t_4
--                   Index Cond: ((team_id = 'red'::text) AND (dim = 'task_id'::text) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone))
--     InitPlan 3
--       ->  Aggregate
--             ->  CTE Scan on edge edge_1
--     ->  Sort
--           Sort Key: unit.cost_usd DESC NULLS LAST, unit.key
--           ->  Subquery Scan on unit
--                 ->  Append
--                       ->  Subquery Scan on "*SELECT* 1"
--                             ->  Limit
--                                   ->  Incremental Sort
--                                         Sort Key: t.cost_usd DESC NULLS LAST, t.id
--                                         Presorted Key: t.cost_usd
--                                         ->  Index Scan using key_total_cost on key_total t
--                                               Index Cond: ((team_id = 'red'::text) AND (dim = 'task_id'::text))
--                                               Filter: ((last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                       ->  CTE Scan on edge


select "s"."task_id" as key,
  sum(r.llm_calls) as llm_calls, sum(r.llm_errors) as llm_errors, sum(r.unpriced_calls) as unpriced_calls,
  sum(r.estimated_calls) as estimated_calls,
  sum(r.input_tokens) as input_tokens, sum(r.output_tokens) as output_tokens,
  sum(r.cache_read_tokens) as cache_read_tokens,
  coalesce(sum(r.cache_write_5m_tokens), 0) + coalesce(sum(r.cache_write_1h_tokens), 0) as cache_write_tokens,
  sum(r.reasoning_tokens) as reasoning_tokens, round(sum(r.cost_usd), 6) as cost_usd,
  round(sum(r.llm_us) / nullif(sum(r.llm_timed), 0) / 1000, 3) as avg_llm_ms,
  sum(r.tool_calls) as tool_calls, sum(r.tool_errors) as tool_errors,
  round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as avg_tool_ms,
  sum(r.service_calls) as service_calls, sum(r.git_commits) as git_commits, max(r.memory_peak) as memory_peak from series s cross join lateral (select r.* from "rollup" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $2::timestamptz and r.bucket < $3::timestamptz union all select r.* from "rollup" r where r.team_id = $4 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $5::timestamptz and r.bucket < $6::timestamptz union all select r.* from "rollup" r where r.team_id = $7 and r.series_id = s.series_id and r.grain = 1440 and r.bucket >= $8::timestamptz and r.bucket < $9::timestamptz union all select r.* from "rollup" r where r.team_id = $10 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $11::timestamptz and r.bucket < $12::timestamptz union all select r.* from "rollup" r where r.team_id = $13 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $14::timestamptz and r.bucket < $15::timestamptz union all select r.* from "rollup" r where r.team_id = $16 and r.series_id = s.series_id and r.grain = 1 and r.bucket >= $17::timestamptz and r.bucket < $18::timestamptz) r
  where s.team_id = $19 and s.cube = $20 and "s"."task_id" = any($21::text[]) and "s"."task_id" is not null group by 1;

--   GroupAggregate
--     Group Key: s.task_id
--     ->  Nested Loop
--           ->  Index Scan using series_task on series s
--                 Index Cond: ((team_id = 'red'::text) AND (task_id = ANY ('{task-1}'::text[])))
--                 Filter: (cube = 'unit'::text)
--           ->  Append
--                 ->  Subquery Scan on "*SELECT* 1"
--                       ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_1
--                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 14:00:00+00'::timestamp with time zone))
--                 ->  Subquery Scan on "*SELECT* 2"
--                       ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_2
--                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                 ->  Subquery Scan on "*SELECT* 3"
--                       ->  Index Scan using rollup_day_pkey on rollup_day r_3
--                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                 ->  Subquery Scan on "*SELECT* 4"
--                       ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_4
--                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 120) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                 ->  Subquery Scan on "*SELECT* 5"
--                       ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_5
--                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                 ->  Subquery Scan on "*SELECT* 6"
--                       ->  Index Scan using rollup_minute_pkey on rollup_minute r_6
--                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
