-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select (select coalesce(json_agg(part), '[]') from (
  select key, round(cost_usd, 6) as cost_usd, unpriced_calls as unpriced, total
  from (with ranked as materialized (with unit as materialized (
  select "t"."session_id" as key, "t"."records", "t"."llm_calls", "t"."unpriced_calls", "t"."cost_usd", "t"."series_id",
  "t"."first_at", "t"."last_at" as last_at, ("t"."first_at" >= $1::timestamptz and "t"."last_at" < $2::timestamptz) as within from (select * from unit_total t where t.team_id = $3 and t.cube = 'unit' and "t"."labels" @> $4::jsonb and "t"."session_id" is not null and "t"."last_day" >= $5::date ) t where "t"."last_at" >= $6::timestamptz and "t"."first_at" < $7::timestamptz)
  select key, sum("r"."records") as "records", sum("r"."llm_calls") as "llm_calls", sum("r"."unpriced_calls") as "unpriced_calls", sum("r"."cost_usd") as "cost_usd" from (select key, "unit"."records", "unit"."llm_calls", "unit"."unpriced_calls", "unit"."cost_usd" from unit where within union all
  select key, "r"."records", "r"."llm_calls", "r"."unpriced_calls", "r"."cost_usd" from unit cross join lateral (select "unit"."records", "unit"."llm_calls", "unit"."unpriced_calls", "unit"."cost_usd" where ("unit"."first_at" >= $8::timestamptz and "unit"."last_at" < $9::timestamptz) union all select * from (select "r"."records", "r"."llm_calls", "r"."unpriced_calls", "r"."cost_usd" from "rollup_quarter" r where r.team_id = $10 and r.series_id = "unit"."series_id" and r.grain = 15 and r.bucket >= $11::timestamptz and r.bucket < $12::timestamptz and not ("unit"."first_at" >= $13::timestamptz and "unit"."last_at" < $14::timestamptz) and "unit"."first_at" < $15::timestamptz and "unit"."last_at" >= $16::timestamptz union all select "r"."records", "r"."llm_calls", "r"."unpriced_calls", "r"."cost_usd" from "rollup_two_hours" r where r.team_id = $17 and r.series_id = "unit"."series_id" and r.grain = 120 and r.bucket >= $18::timestamptz and r.bucket < $19::timestamptz and not ("unit"."first_at" >= $20::timestamptz and "unit"."last_at" < $21::timestamptz) and "unit"."first_at" < $22::timestamptz and "unit"."last_at" >= $23::timestamptz union all select "r"."records", "r"."llm_calls", "r"."unpriced_calls", "r"."cost_usd" from "rollup_day" r where r.team_id = $24 and r.series_id = "unit"."series_id" and r.grain = 1440 and r.bucket >= $25::timestamptz and r.bucket < $26::timestamptz and not ("unit"."first_at" >= $27::timestamptz and "unit"."last_at" < $28::timestamptz) and "unit"."first_at" < $29::timestamptz and "unit"."last_at" >= $30::timestamptz union all select "r"."records", "r"."llm_calls", "r"."unpriced_calls", "r"."cost_usd" from "rollup_two_hours" r where r.team_id = $31 and r.series_id = "unit"."series_id" and r.grain = 120 and r.bucket >= $32::timestamptz and r.bucket < $33::timestamptz and not ("unit"."first_at" >= $34::timestamptz and "unit"."last_at" < $35::timestamptz) and "unit"."first_at" < $36::timestamptz and "unit"."last_at" >= $37::timestamptz union all select "r"."records", "r"."llm_calls", "r"."unpriced_calls", "r"."cost_usd" from "rollup_quarter" r where r.team_id = $38 and r.series_id = "unit"."series_id" and r.grain = 15 and r.bucket >= $39::timestamptz and r.bucket < $40::timestamptz and not ("unit"."first_at" >= $41::timestamptz and "unit"."last_at" < $42::timestamptz) and "unit"."first_at" < $43::timestamptz and "unit"."last_at" >= $44::timestamptz union all select "r"."records", "r"."llm_calls", "r"."unpriced_calls", "r"."cost_usd" from "rollup_minute" r where r.team_id = $45 and r.series_id = "unit"."series_id" and r.grain = 1 and r.bucket >= $46::timestamptz and r.bucket < $47::timestamptz and not ("unit"."first_at" >= $48::timestamptz and "unit"."last_at" < $49::timestamptz) and "unit"."first_at" < $50::timestamptz and "unit"."last_at" >= $51::timestamptz) r) r where not within) r
  group by key having sum(r.records) > 0 or sum(r.llm_calls) > 0)
  select key, case when coalesce(unpriced_calls, 0) < llm_calls then cost_usd end as cost_usd, unpriced_calls, (select count(*) from ranked) as total from ranked order by cost_usd desc nulls last, "key" limit $52 offset $53) as page) as part) as "dearest",
  (select coalesce(json_agg(part), '[]') from (
  select s.model, round(sum(r.cost_usd), 6) as cost, sum(r.llm_calls) as calls, sum(r.unpriced_calls) as unpriced
  from "series" s cross join lateral (select r.* from "rollup_quarter" r where r.team_id = $54 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $55::timestamptz and r.bucket < $56::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $57 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $58::timestamptz and r.bucket < $59::timestamptz union all select r.* from "rollup_day" r where r.team_id = $60 and r.series_id = s.series_id and r.grain = 1440 and r.bucket >= $61::timestamptz and r.bucket < $62::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $63 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $64::timestamptz and r.bucket < $65::timestamptz union all select r.* from "rollup_quarter" r where r.team_id = $66 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $67::timestamptz and r.bucket < $68::timestamptz union all select r.* from "rollup_minute" r where r.team_id = $69 and r.series_id = s.series_id and r.grain = 1 and r.bucket >= $70::timestamptz and r.bucket < $71::timestamptz) r
  where s.team_id = $72 and s.cube = $73 and s.session_id is null and s.task_id is null and s.run_id is null and "s"."labels" @> $74::jsonb
  group by s.model having sum(r.llm_calls) > 0 order by sum(r.cost_usd) desc nulls last, s.model) as part) as "models";

--   Result
--     InitPlan 4
--       ->  Aggregate
--             ->  Limit
--                   CTE ranked
--                     ->  GroupAggregate
--                           Group Key: unit.key
--                           Filter: ((sum(unit.records) > '0'::numeric) OR (sum(unit.llm_calls) > '0'::numeric))
--                           CTE unit
--                             ->  Index Scan using unit_total_run on unit_total t
--                                   Index Cond: ((team_id = 'red'::text) AND (cube = 'unit'::text) AND (last_day >= '2026-06-08'::date))
--                                   Filter: ((session_id IS NOT NULL) AND (labels @> '{"lane": "a"}'::jsonb) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                           ->  Sort
--                                 Sort Key: unit.key
--                                 ->  Append
--                                       ->  CTE Scan on unit
--                                             Filter: within
--                                       ->  Nested Loop
--                                             ->  CTE Scan on unit unit_1
--                                                   Filter: (NOT within)
--                                             ->  Append
--                                                   ->  Result
--                                                         One-Time Filter: ((unit_1.first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (unit_1.last_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                   ->  Result
--                                                         One-Time Filter: (((unit_1.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_1.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_1.first_at < '2026-06-08 14:00:00+00'::timestamp with time zone) AND (unit_1.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                         ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_2
--                                                               Index Cond: ((team_id = 'red'::text) AND (series_id = unit_1.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                   ->  Result
--                                                         One-Time Filter: (((unit_1.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_1.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_1.first_at < '2026-06-09 00:00:00+00'::timestamp with time zone) AND (unit_1.last_at >= '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                         ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_3
--                                                               Index Cond: ((team_id = 'red'::text) AND (series_id = unit_1.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                   ->  Result
--                                                         One-Time Filter: (((unit_1.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_1.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_1.first_at < '2026-06-15 00:00:00+00'::timestamp with time zone) AND (unit_1.last_at >= '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                         ->  Index Scan using rollup_day_pkey on rollup_day r_4
--                                                               Index Cond: ((team_id = 'red'::text) AND (series_id = unit_1.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                   ->  Result
--                                                         One-Time Filter: (((unit_1.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_1.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_1.first_at < '2026-06-15 12:00:00+00'::timestamp with time zone) AND (unit_1.last_at >= '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                         ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_5
--                                                               Index Cond: ((team_id = 'red'::text) AND (series_id = unit_1.series_id) AND (grain = 120) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                   ->  Result
--                                                         One-Time Filter: (((unit_1.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_1.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_1.first_at < '2026-06-15 12:30:00+00'::timestamp with time zone) AND (unit_1.last_at >= '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                         ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_6
--                                                               Index Cond: ((team_id = 'red'::text) AND (series_id = unit_1.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                   ->  Result
--                                                         One-Time Filter: (((unit_1.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_1.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_1.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (unit_1.last_at >= '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                         ->  Index Scan using rollup_minute_pkey on rollup_minute r_7
--                                                               Index Cond: ((team_id = 'red'::text) AND (series_id = unit_1.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                   InitPlan 3
--                     ->  Aggregate
--                           ->  CTE Scan on ranked
--                   ->  Sort
--                         Sort Key: (CASE WHEN (COALESCE(ranked_1.unpriced_calls, '0'::numeric) < ranked_1.llm_calls) THEN ranked_1.cost_usd ELSE NULL::numeric END) DESC NULLS LAST, ranked_1.key
--                         ->  CTE Scan on ranked ranked_1
--     InitPlan 5
--       ->  Aggregate
--             ->  Subquery Scan on part
--                   ->  Sort
--                         Sort Key: (sum("*SELECT* 1".cost_usd)) DESC NULLS LAST, s.model
--                         ->  GroupAggregate
--                               Group Key: s.model
--                               Filter: (sum("*SELECT* 1".llm_calls) > '0'::numeric)
--                               ->  Sort
--                                     Sort Key: s.model
--                                     ->  Nested Loop
--                                           ->  Index Scan using series_cube on series s
--                                                 Index Cond: ((team_id = 'red'::text) AND (cube = 'place_model'::text))
--                                                 Filter: (labels @> '{"lane": "a"}'::jsonb)
--                                           ->  Append
--                                                 ->  Subquery Scan on "*SELECT* 1"
--                                                       ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_9
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                 ->  Subquery Scan on "*SELECT* 2"
--                                                       ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_10
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                 ->  Subquery Scan on "*SELECT* 3"
--                                                       ->  Index Scan using rollup_day_pkey on rollup_day r_11
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                 ->  Subquery Scan on "*SELECT* 4"
--                                                       ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_12
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 120) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                 ->  Subquery Scan on "*SELECT* 5"
--                                                       ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_13
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                 ->  Subquery Scan on "*SELECT* 6"
--                                                       ->  Index Scan using rollup_minute_pkey on rollup_minute r_14
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))


select (select coalesce(json_agg(part), '[]') from (select sum(r.llm_calls) as "llm_calls", sum(r.llm_errors) as "llm_errors", sum(r.unpriced_calls) as "unpriced_calls", sum(r.estimated_calls) as "estimated_calls", sum(r.input_tokens) as "input_tokens", sum(r.output_tokens) as "output_tokens", sum(r.cache_read_tokens) as "cache_read_tokens", coalesce(sum(r.cache_write_5m_tokens), 0) + coalesce(sum(r.cache_write_1h_tokens), 0) as "cache_write_tokens", sum(r.reasoning_tokens) as "reasoning_tokens", round(sum(r.cost_usd), 6) as "cost_usd", round(sum(r.llm_us) / nullif(sum(r.llm_timed), 0) / 1000, 3) as "avg_llm_ms", sum(r.tool_calls) as "tool_calls", sum(r.tool_errors) as "tool_errors", round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as "avg_tool_ms", sum(r.service_calls) as "service_calls", sum(r.git_commits) as "git_commits", max(r.memory_peak) as "memory_peak", sum(r.cost_usd)::text as exact_cost from "series" s cross join lateral (select r.* from "rollup_quarter" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $2::timestamptz and r.bucket < $3::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $4 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $5::timestamptz and r.bucket < $6::timestamptz union all select r.* from "rollup_day" r where r.team_id = $7 and r.series_id = s.series_id and r.grain = 1440 and r.bucket >= $8::timestamptz and r.bucket < $9::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $10 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $11::timestamptz and r.bucket < $12::timestamptz union all select r.* from "rollup_quarter" r where r.team_id = $13 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $14::timestamptz and r.bucket < $15::timestamptz union all select r.* from "rollup_minute" r where r.team_id = $16 and r.series_id = s.series_id and r.grain = 1 and r.bucket >= $17::timestamptz and r.bucket < $18::timestamptz) r
  where s.team_id = $19 and s.cube = $20 and s.session_id is null and s.task_id is null and s.run_id is null and "s"."labels" @> $21::jsonb) as part) as "totals",
  (select coalesce(json_agg(part), '[]') from (
  select s.tool, sum(r.tool_calls) as calls, sum(r.tool_errors) as errors,
  round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as avg_ms
  from "series" s cross join lateral (select r.* from "rollup_quarter" r where r.team_id = $22 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $23::timestamptz and r.bucket < $24::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $25 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $26::timestamptz and r.bucket < $27::timestamptz union all select r.* from "rollup_day" r where r.team_id = $28 and r.series_id = s.series_id and r.grain = 1440 and r.bucket >= $29::timestamptz and r.bucket < $30::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $31 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $32::timestamptz and r.bucket < $33::timestamptz union all select r.* from "rollup_quarter" r where r.team_id = $34 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $35::timestamptz and r.bucket < $36::timestamptz union all select r.* from "rollup_minute" r where r.team_id = $37 and r.series_id = s.series_id and r.grain = 1 and r.bucket >= $38::timestamptz and r.bucket < $39::timestamptz) r
  where s.team_id = $40 and s.cube = $41 and s.session_id is null and s.task_id is null and s.run_id is null and "s"."labels" @> $42::jsonb
  group by s.tool having sum(r.tool_calls) > 0 order by sum(r.tool_calls) desc, s.tool) as part) as "tools",
  (select coalesce(json_agg(part), '[]') from (select sum(r.llm_calls) as "llm_calls", sum(r.llm_errors) as "llm_errors", sum(r.unpriced_calls) as "unpriced_calls", sum(r.estimated_calls) as "estimated_calls", sum(r.input_tokens) as "input_tokens", sum(r.output_tokens) as "output_tokens", sum(r.cache_read_tokens) as "cache_read_tokens", coalesce(sum(r.cache_write_5m_tokens), 0) + coalesce(sum(r.cache_write_1h_tokens), 0) as "cache_write_tokens", sum(r.reasoning_tokens) as "reasoning_tokens", round(sum(r.cost_usd), 6) as "cost_usd", round(sum(r.llm_us) / nullif(sum(r.llm_timed), 0) / 1000, 3) as "avg_llm_ms", sum(r.tool_calls) as "tool_calls", sum(r.tool_errors) as "tool_errors", round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as "avg_tool_ms", sum(r.service_calls) as "service_calls", sum(r.git_commits) as "git_commits", max(r.memory_peak) as "memory_peak", sum(r.cost_usd)::text as exact_cost from "series" s cross join lateral (select r.* from "rollup_quarter" r where r.team_id = $43 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $44::timestamptz and r.bucket < $45::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $46 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $47::timestamptz and r.bucket < $48::timestamptz union all select r.* from "rollup_day" r where r.team_id = $49 and r.series_id = s.series_id and r.grain = 1440 and r.bucket >= $50::timestamptz and r.bucket < $51::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $52 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $53::timestamptz and r.bucket < $54::timestamptz union all select r.* from "rollup_quarter" r where r.team_id = $55 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $56::timestamptz and r.bucket < $57::timestamptz) r
  where s.team_id = $58 and s.cube = $59 and s.session_id is null and s.task_id is null and s.run_id is null and "s"."labels" @> $60::jsonb) as part) as "before",
  (select coalesce(json_agg(part), '[]') from (select (select count(distinct "t"."session_id") from (select * from unit_total t where t.team_id = $61 and t.cube = 'unit' and "t"."labels" @> $62::jsonb and "t"."last_day" >= $63::date ) t where ("t"."records" > 0 or "t"."llm_calls" > 0) and "t"."last_at" >= $64::timestamptz and "t"."first_at" < $65::timestamptz and exists (select from (select "t"."records", "t"."llm_calls" where ("t"."first_at" >= $66::timestamptz and "t"."last_at" < $67::timestamptz) union all select * from (select "r"."records", "r"."llm_calls" from "rollup_quarter" r where r.team_id = $68 and r.series_id = "t"."series_id" and r.grain = 15 and r.bucket >= $69::timestamptz and r.bucket < $70::timestamptz and not ("t"."first_at" >= $71::timestamptz and "t"."last_at" < $72::timestamptz) and "t"."first_at" < $73::timestamptz and "t"."last_at" >= $74::timestamptz union all select "r"."records", "r"."llm_calls" from "rollup_two_hours" r where r.team_id = $75 and r.series_id = "t"."series_id" and r.grain = 120 and r.bucket >= $76::timestamptz and r.bucket < $77::timestamptz and not ("t"."first_at" >= $78::timestamptz and "t"."last_at" < $79::timestamptz) and "t"."first_at" < $80::timestamptz and "t"."last_at" >= $81::timestamptz union all select "r"."records", "r"."llm_calls" from "rollup_day" r where r.team_id = $82 and r.series_id = "t"."series_id" and r.grain = 1440 and r.bucket >= $83::timestamptz and r.bucket < $84::timestamptz and not ("t"."first_at" >= $85::timestamptz and "t"."last_at" < $86::timestamptz) and "t"."first_at" < $87::timestamptz and "t"."last_at" >= $88::timestamptz union all select "r"."records", "r"."llm_calls" from "rollup_two_hours" r where r.team_id = $89 and r.series_id = "t"."series_id" and r.grain = 120 and r.bucket >= $90::timestamptz and r.bucket < $91::timestamptz and not ("t"."first_at" >= $92::timestamptz and "t"."last_at" < $93::timestamptz) and "t"."first_at" < $94::timestamptz and "t"."last_at" >= $95::timestamptz union all select "r"."records", "r"."llm_calls" from "rollup_quarter" r where r.team_id = $96 and r.series_id = "t"."series_id" and r.grain = 15 and r.bucket >= $97::timestamptz and r.bucket < $98::timestamptz and not ("t"."first_at" >= $99::timestamptz and "t"."last_at" < $100::timestamptz) and "t"."first_at" < $101::timestamptz and "t"."last_at" >= $102::timestamptz) r) r where ("r"."records" > 0 or "r"."llm_calls" > 0))) as sessions) as part) as "sessions";

--   Result
--     InitPlan 1
--       ->  Aggregate
--             ->  Subquery Scan on part
--                   ->  Aggregate
--                         ->  Nested Loop
--                               ->  Index Scan using series_cube on series s
--                                     Index Cond: ((team_id = 'red'::text) AND (cube = 'place'::text))
--                                     Filter: (labels @> '{"lane": "a"}'::jsonb)
--                               ->  Append
--                                     ->  Subquery Scan on "*SELECT* 1"
--                                           ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_1
--                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                     ->  Subquery Scan on "*SELECT* 2"
--                                           ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_2
--                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                     ->  Subquery Scan on "*SELECT* 3"
--                                           ->  Index Scan using rollup_day_pkey on rollup_day r_3
--                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                     ->  Subquery Scan on "*SELECT* 4"
--                                           ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_4
--                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 120) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                     ->  Subquery Scan on "*SELECT* 5"
--                                           ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_5
--                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                     ->  Subquery Scan on "*SELECT* 6"
--                                           ->  Index Scan using rollup_minute_pkey on rollup_minute r_6
--                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
--     InitPlan 2
--       ->  Aggregate
--             ->  Subquery Scan on part_1
--                   ->  Sort
--                         Sort Key: (sum("*SELECT* 1_1".tool_calls)) DESC, s_1.tool
--                         ->  GroupAggregate
--                               Group Key: s_1.tool
--                               Filter: (sum("*SELECT* 1_1".tool_calls) > '0'::numeric)
--                               ->  Sort
--                                     Sort Key: s_1.tool
--                                     ->  Nested Loop
--                                           ->  Index Scan using series_cube on series s_1
--                                                 Index Cond: ((team_id = 'red'::text) AND (cube = 'place_tool'::text))
--                                                 Filter: (labels @> '{"lane": "a"}'::jsonb)
--                                           ->  Append
--                                                 ->  Subquery Scan on "*SELECT* 1_1"
--                                                       ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_8
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s_1.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                 ->  Subquery Scan on "*SELECT* 2_1"
--                                                       ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_9
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s_1.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                 ->  Subquery Scan on "*SELECT* 3_1"
--                                                       ->  Index Scan using rollup_day_pkey on rollup_day r_10
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s_1.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                 ->  Subquery Scan on "*SELECT* 4_1"
--                                                       ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_11
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s_1.series_id) AND (grain = 120) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                 ->  Subquery Scan on "*SELECT* 5_1"
--                                                       ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_12
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s_1.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                 ->  Subquery Scan on "*SELECT* 6_1"
--                                                       ->  Index Scan using rollup_minute_pkey on rollup_minute r_13
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s_1.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
--     InitPlan 3
--       ->  Aggregate
--             ->  Subquery Scan on part_2
--                   ->  Aggregate
--                         ->  Nested Loop
--                               ->  Index Scan using series_cube on series s_2
--                                     Index Cond: ((team_id = 'red'::text) AND (cube = 'place'::text))
--                                     Filter: (labels @> '{"lane": "a"}'::jsonb)
--                               ->  Append
--                                     ->  Subquery Scan on "*SELECT* 1_2"
--                                           ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_15
--                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = s_2.series_id) AND (grain = 15) AND (bucket >= '2026-06-01 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-01 14:00:00+00'::timestamp with time zone))
--                                     ->  Subquery Scan on "*SELECT* 2_2"
--                                           ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_16
--                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = s_2.series_id) AND (grain = 120) AND (bucket >= '2026-06-01 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-02 00:00:00+00'::timestamp with time zone))
--                                     ->  Subquery Scan on "*SELECT* 3_2"
--                                           ->  Index Scan using rollup_day_pkey on rollup_day r_17
--                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = s_2.series_id) AND (grain = 1440) AND (bucket >= '2026-06-02 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 00:00:00+00'::timestamp with time zone))
--                                     ->  Subquery Scan on "*SELECT* 4_2"
--                                           ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_18
--                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = s_2.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 12:00:00+00'::timestamp with time zone))
--                                     ->  Subquery Scan on "*SELECT* 5_2"
--                                           ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_19
--                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = s_2.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 12:30:00+00'::timestamp with time zone))
--     InitPlan 6
--       ->  Aggregate
--             InitPlan 5
--               ->  Aggregate
--                     ->  Index Scan using unit_total_session on unit_total t
--                           Index Cond: ((team_id = 'red'::text) AND (cube = 'unit'::text) AND (last_day >= '2026-06-01'::date))
--                           Filter: ((labels @> '{"lane": "a"}'::jsonb) AND (last_at >= '2026-06-01 12:30:00+00'::timestamp with time zone) AND (first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) AND ((records > 0) OR (llm_calls > 0)) AND EXISTS(SubPlan 4))
--                           SubPlan 4
--                             ->  Append
--                                   ->  Subquery Scan on "*SELECT* 1_3"
--                                         ->  Result
--                                               One-Time Filter: ((t.first_at >= '2026-06-01 12:30:00+00'::timestamp with time zone) AND (t.last_at < '2026-06-08 12:30:00+00'::timestamp with time zone) AND ((t.records > 0) OR (t.llm_calls > 0)))
--                                   ->  Subquery Scan on "*SELECT* 1_4"
--                                         ->  Result
--                                               One-Time Filter: (((t.first_at < '2026-06-01 12:30:00+00'::timestamp with time zone) OR (t.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone)) AND (t.first_at < '2026-06-01 14:00:00+00'::timestamp with time zone) AND (t.last_at >= '2026-06-01 12:30:00+00'::timestamp with time zone))
--                                               ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_21
--                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = t.series_id) AND (grain = 15) AND (bucket >= '2026-06-01 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-01 14:00:00+00'::timestamp with time zone))
--                                                     Filter: ((records > 0) OR (llm_calls > 0))
--                                   ->  Subquery Scan on "*SELECT* 2_3"
--                                         ->  Result
--                                               One-Time Filter: (((t.first_at < '2026-06-01 12:30:00+00'::timestamp with time zone) OR (t.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone)) AND (t.first_at < '2026-06-02 00:00:00+00'::timestamp with time zone) AND (t.last_at >= '2026-06-01 14:00:00+00'::timestamp with time zone))
--                                               ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_22
--                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = t.series_id) AND (grain = 120) AND (bucket >= '2026-06-01 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-02 00:00:00+00'::timestamp with time zone))
--                                                     Filter: ((records > 0) OR (llm_calls > 0))
--                                   ->  Subquery Scan on "*SELECT* 3_3"
--                                         ->  Result
--                                               One-Time Filter: (((t.first_at < '2026-06-01 12:30:00+00'::timestamp with time zone) OR (t.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone)) AND (t.first_at < '2026-06-08 00:00:00+00'::timestamp with time zone) AND (t.last_at >= '2026-06-02 00:00:00+00'::timestamp with time zone))
--                                               ->  Index Scan using rollup_day_pkey on rollup_day r_23
--                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = t.series_id) AND (grain = 1440) AND (bucket >= '2026-06-02 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 00:00:00+00'::timestamp with time zone))
--                                                     Filter: ((records > 0) OR (llm_calls > 0))
--                                   ->  Subquery Scan on "*SELECT* 4_3"
--                                         ->  Result
--                                               One-Time Filter: (((t.first_at < '2026-06-01 12:30:00+00'::timestamp with time zone) OR (t.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone)) AND (t.first_at < '2026-06-08 12:00:00+00'::timestamp with time zone) AND (t.last_at >= '2026-06-08 00:00:00+00'::timestamp with time zone))
--                                               ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_24
--                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = t.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 12:00:00+00'::timestamp with time zone))
--                                                     Filter: ((records > 0) OR (llm_calls > 0))
--                                   ->  Subquery Scan on "*SELECT* 5_3"
--                                         ->  Result
--                                               One-Time Filter: (((t.first_at < '2026-06-01 12:30:00+00'::timestamp with time zone) OR (t.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone)) AND (t.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) AND (t.last_at >= '2026-06-08 12:00:00+00'::timestamp with time zone))
--                                               ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_25
--                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = t.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                     Filter: ((records > 0) OR (llm_calls > 0))
--             ->  Result
