-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select (select coalesce(json_agg(part), '[]') from (
  select key, round(cost_usd, 6) as cost_usd, unpriced_calls as unpriced, total
  from (with best as materialized ((select * from (select t.id as key, t.records, t.llm_calls, t.unpriced_calls, t.input_tokens, t.output_tokens, t.cost_usd from "key_narrow_total" t where t.team_id = $1 and t.dim = 'session_id' and t.narrow_by = 'project' and t.narrow_to = $2 and "t"."last_at" >= $3::timestamptz and "t"."first_at" < $4::timestamptz and ("t"."first_at" >= $5::timestamptz and "t"."last_at" < $6::timestamptz) offset 0) t order by cost_usd desc nulls last, "key" limit $7))
  select key, case when coalesce(unpriced_calls, 0) < llm_calls then cost_usd end as cost_usd, unpriced_calls, (select (select count(*) from (select t.id as key, t.records, t.llm_calls, t.unpriced_calls, t.input_tokens, t.output_tokens, t.cost_usd from "key_narrow_total" t where t.team_id = $8 and t.dim = 'session_id' and t.narrow_by = 'project' and t.narrow_to = $9 and "t"."last_at" >= $10::timestamptz and "t"."first_at" < $11::timestamptz and ("t"."first_at" >= $12::timestamptz and "t"."last_at" < $13::timestamptz)) as unit) + (select count(*) from (select t.id from "key_narrow_total" t where t.team_id = $14 and t.dim = 'session_id' and t.narrow_by = 'project' and t.narrow_to = $15 and "t"."last_at" >= $16::timestamptz and "t"."first_at" < $17::timestamptz and (not "t"."loose" and ("t"."first_at" >= $18::timestamptz or "t"."last_at" < $19::timestamptz)) union all select t.id from "key_narrow_total" t where t.team_id = $20 and t.dim = 'session_id' and t.narrow_by = 'project' and t.narrow_to = $21 and "t"."last_at" >= $22::timestamptz and "t"."last_at" < $23::timestamptz and "t"."first_at" < $24::timestamptz and (not "t"."loose" and ("t"."first_at" >= $25::timestamptz or "t"."last_at" < $26::timestamptz))) t)
  + (select count(*) from (select t.id from "key_narrow_total" t where t.team_id = $27 and t.dim = 'session_id' and t.narrow_by = 'project' and t.narrow_to = $28 and "t"."last_at" >= $29::timestamptz and "t"."first_at" < $30::timestamptz and not (not "t"."loose" and ("t"."first_at" >= $31::timestamptz or "t"."last_at" < $32::timestamptz)) union all select t.id from "key_narrow_total" t where t.team_id = $33 and t.dim = 'session_id' and t.narrow_by = 'project' and t.narrow_to = $34 and "t"."last_at" >= $35::timestamptz and "t"."last_at" < $36::timestamptz and "t"."first_at" < $37::timestamptz and not (not "t"."loose" and ("t"."first_at" >= $38::timestamptz or "t"."last_at" < $39::timestamptz))) t
  where exists (select from (
  select u.series_id, u.first_at, u.last_at from unit_total u where u.team_id = $40 and u.cube = 'unit' and "u"."project" = $41 and "u"."session_id" = t.id offset 0) u where exists (select from (select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_quarter" r where r.team_id = $42 and r.series_id = "u"."series_id" and r.grain = 15 and r.bucket >= $43::timestamptz and r.bucket < $44::timestamptz and "u"."first_at" < $45::timestamptz and "u"."last_at" >= $46::timestamptz union all select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_two_hours" r where r.team_id = $47 and r.series_id = "u"."series_id" and r.grain = 120 and r.bucket >= $48::timestamptz and r.bucket < $49::timestamptz and "u"."first_at" < $50::timestamptz and "u"."last_at" >= $51::timestamptz union all select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_day" r where r.team_id = $52 and r.series_id = "u"."series_id" and r.grain = 1440 and r.bucket >= $53::timestamptz and r.bucket < $54::timestamptz and "u"."first_at" < $55::timestamptz and "u"."last_at" >= $56::timestamptz union all select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_two_hours" r where r.team_id = $57 and r.series_id = "u"."series_id" and r.grain = 120 and r.bucket >= $58::timestamptz and r.bucket < $59::timestamptz and "u"."first_at" < $60::timestamptz and "u"."last_at" >= $61::timestamptz union all select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_quarter" r where r.team_id = $62 and r.series_id = "u"."series_id" and r.grain = 15 and r.bucket >= $63::timestamptz and r.bucket < $64::timestamptz and "u"."first_at" < $65::timestamptz and "u"."last_at" >= $66::timestamptz union all select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_minute" r where r.team_id = $67 and r.series_id = "u"."series_id" and r.grain = 1 and r.bucket >= $68::timestamptz and r.bucket < $69::timestamptz and "u"."first_at" < $70::timestamptz and "u"."last_at" >= $71::timestamptz) r where ("r"."records" > 0 or "r"."llm_calls" > 0))))) as total from (select * from best union all
  select t.id as key, sum(r.records) as records, sum(r.llm_calls) as llm_calls, sum(r.unpriced_calls) as unpriced_calls,
  sum(r.input_tokens) as input_tokens, sum(r.output_tokens) as output_tokens, sum(r.cost_usd) as cost_usd
  from (select t.id from "key_narrow_total" t where t.team_id = $72 and t.dim = 'session_id' and t.narrow_by = 'project' and t.narrow_to = $73 and "t"."last_at" >= $74::timestamptz and "t"."first_at" < $75::timestamptz and ((select case when count(cost_usd) = $76 then min(cost_usd) end from "best") is null or t.cost_usd >= (select case when count(cost_usd) = $77 then min(cost_usd) end from "best")) union all select t.id from "key_narrow_total" t where t.team_id = $78 and t.dim = 'session_id' and t.narrow_by = 'project' and t.narrow_to = $79 and "t"."last_at" >= $80::timestamptz and "t"."last_at" < $81::timestamptz and "t"."first_at" < $82::timestamptz and ((select case when count(cost_usd) = $83 then min(cost_usd) end from "best") is null or t.cost_usd >= (select case when count(cost_usd) = $84 then min(cost_usd) end from "best"))) t
  cross join lateral (
  select u.series_id, u.first_at, u.last_at from unit_total u where u.team_id = $85 and u.cube = 'unit' and "u"."project" = $86 and "u"."session_id" = t.id offset 0) u
  cross join lateral (select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_quarter" r where r.team_id = $87 and r.series_id = "u"."series_id" and r.grain = 15 and r.bucket >= $88::timestamptz and r.bucket < $89::timestamptz and "u"."first_at" < $90::timestamptz and "u"."last_at" >= $91::timestamptz union all select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_two_hours" r where r.team_id = $92 and r.series_id = "u"."series_id" and r.grain = 120 and r.bucket >= $93::timestamptz and r.bucket < $94::timestamptz and "u"."first_at" < $95::timestamptz and "u"."last_at" >= $96::timestamptz union all select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_day" r where r.team_id = $97 and r.series_id = "u"."series_id" and r.grain = 1440 and r.bucket >= $98::timestamptz and r.bucket < $99::timestamptz and "u"."first_at" < $100::timestamptz and "u"."last_at" >= $101::timestamptz union all select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_two_hours" r where r.team_id = $102 and r.series_id = "u"."series_id" and r.grain = 120 and r.bucket >= $103::timestamptz and r.bucket < $104::timestamptz and "u"."first_at" < $105::timestamptz and "u"."last_at" >= $106::timestamptz union all select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_quarter" r where r.team_id = $107 and r.series_id = "u"."series_id" and r.grain = 15 and r.bucket >= $108::timestamptz and r.bucket < $109::timestamptz and "u"."first_at" < $110::timestamptz and "u"."last_at" >= $111::timestamptz union all select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_minute" r where r.team_id = $112 and r.series_id = "u"."series_id" and r.grain = 1 and r.bucket >= $113::timestamptz and r.bucket < $114::timestamptz and "u"."first_at" < $115::timestamptz and "u"."last_at" >= $116::timestamptz) r
  group by t.id
  having sum(r.records) > 0 or sum(r.llm_calls) > 0) as unit order by cost_usd desc nulls last, "key" limit $117 offset $118) as page) as part) as "dearest",
  (select coalesce(json_agg(part), '[]') from (
  select s.model, round(sum(r.cost_usd), 6) as cost, sum(r.llm_calls) as calls, sum(r.unpriced_calls) as unpriced
  from "series" s cross join lateral (select r.* from "rollup_quarter" r where r.team_id = $119 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $120::timestamptz and r.bucket < $121::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $122 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $123::timestamptz and r.bucket < $124::timestamptz union all select r.* from "rollup_day" r where r.team_id = $125 and r.series_id = s.series_id and r.grain = 1440 and r.bucket >= $126::timestamptz and r.bucket < $127::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $128 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $129::timestamptz and r.bucket < $130::timestamptz union all select r.* from "rollup_quarter" r where r.team_id = $131 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $132::timestamptz and r.bucket < $133::timestamptz union all select r.* from "rollup_minute" r where r.team_id = $134 and r.series_id = s.series_id and r.grain = 1 and r.bucket >= $135::timestamptz and r.bucket < $136::timestamptz) r
  where s.team_id = $137 and s.cube = $138 and s.session_id is null and s.task_id is null and s.run_id is null and "s"."project" = $139
  group by s.model having sum(r.llm_calls) > 0 order by sum(r.cost_usd) desc nulls last, s.model) as part) as "models";

--   Result
--     InitPlan 12
--       ->  Aggregate
--             ->  Limit
--                   CTE best
--                     ->  Limit
--                           ->  Sort
--                                 Sort Key: t.cost_usd DESC NULLS LAST, t.id
--                                 ->  Index Scan using key_narrow_total_newest on key_narrow_total t
--                                       Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (narrow_by = 'project'::text) AND (narrow_to = 'project-1'::text) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone))
--                   InitPlan 7
--                     ->  Result
--                           InitPlan 2
--                             ->  Aggregate
--                                   ->  Index Only Scan using key_narrow_total_newest on key_narrow_total t_1
--                                         Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (narrow_by = 'project'::text) AND (narrow_to = 'project-1'::text) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone))
--                           InitPlan 3
--                             ->  Aggregate
--                                   ->  Append
--                                         ->  Subquery Scan on "*SELECT* 1"
--                                               ->  Index Scan using key_narrow_total_newest on key_narrow_total t_3
--                                                     Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (narrow_by = 'project'::text) AND (narrow_to = 'project-1'::text) AND (last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                     Filter: ((NOT loose) AND ((first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) OR (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone)))
--                                         ->  Subquery Scan on "*SELECT* 2"
--                                               ->  Index Scan using key_narrow_total_newest on key_narrow_total t_4
--                                                     Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (narrow_by = 'project'::text) AND (narrow_to = 'project-1'::text) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                     Filter: (NOT loose)
--                           InitPlan 6
--                             ->  Aggregate
--                                   ->  Append
--                                         ->  Subquery Scan on "*SELECT* 1_2"
--                                               Filter: EXISTS(SubPlan 5)
--                                               ->  Index Scan using key_narrow_total_newest on key_narrow_total t_6
--                                                     Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (narrow_by = 'project'::text) AND (narrow_to = 'project-1'::text) AND (last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                     Filter: (loose OR ((first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)))
--                                               SubPlan 5
--                                                 ->  Subquery Scan on u
--                                                       Filter: EXISTS(SubPlan 4)
--                                                       ->  Index Scan using unit_total_project on unit_total u_1
--                                                             Index Cond: ((team_id = 'red'::text) AND (cube = 'unit'::text) AND (project = 'project-1'::text))
--                                                             Filter: (session_id = "*SELECT* 1_2".id)
--                                                       SubPlan 4
--                                                         ->  Append
--                                                               ->  Subquery Scan on "*SELECT* 1_1"
--                                                                     ->  Result
--                                                                           One-Time Filter: ((u.first_at < '2026-06-08 14:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                                           ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_1
--                                                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                                                 Filter: ((records > 0) OR (llm_calls > 0))
--                                                               ->  Subquery Scan on "*SELECT* 2_1"
--                                                                     ->  Result
--                                                                           One-Time Filter: ((u.first_at < '2026-06-09 00:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                                           ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_2
--                                                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                                                 Filter: ((records > 0) OR (llm_calls > 0))
--                                                               ->  Subquery Scan on "*SELECT* 3"
--                                                                     ->  Result
--                                                                           One-Time Filter: ((u.first_at < '2026-06-15 00:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                                           ->  Index Scan using rollup_day_pkey on rollup_day r_3
--                                                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                                                 Filter: ((records > 0) OR (llm_calls > 0))
--                                                               ->  Subquery Scan on "*SELECT* 4"
--                                                                     ->  Result
--                                                                           One-Time Filter: ((u.first_at < '2026-06-15 12:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                                           ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_4
--                                                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 120) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                                                 Filter: ((records > 0) OR (llm_calls > 0))
--                                                               ->  Subquery Scan on "*SELECT* 5"
--                                                                     ->  Result
--                                                                           One-Time Filter: ((u.first_at < '2026-06-15 12:30:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                                           ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_5
--                                                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                                                 Filter: ((records > 0) OR (llm_calls > 0))
--                                                               ->  Subquery Scan on "*SELECT* 6"
--                                                                     ->  Result
--                                                                           One-Time Filter: ((u.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                                           ->  Index Scan using rollup_minute_pkey on rollup_minute r_6
--                                                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                                                 Filter: ((records > 0) OR (llm_calls > 0))
--                                         ->  Subquery Scan on "*SELECT* 2_2"
--                                               Filter: EXISTS(SubPlan 5)
--                                               ->  Index Scan using key_narrow_total_newest on key_narrow_total t_7
--                                                     Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (narrow_by = 'project'::text) AND (narrow_to = 'project-1'::text) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                     Filter: (loose OR ((first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)))
--                   ->  Sort
--                         Sort Key: (CASE WHEN (COALESCE(unit.unpriced_calls, '0'::numeric) < unit.llm_calls) THEN unit.cost_usd ELSE NULL::numeric END) DESC NULLS LAST, unit.key
--                         ->  Subquery Scan on unit
--                               ->  Append
--                                     ->  Subquery Scan on "*SELECT* 1_3"
--                                           ->  CTE Scan on best best_4
--                                     ->  GroupAggregate
--                                           Group Key: t_9.id
--                                           Filter: ((sum(r_8.records) > '0'::numeric) OR (sum(r_8.llm_calls) > '0'::numeric))
--                                           ->  Sort
--                                                 Sort Key: t_9.id
--                                                 ->  Nested Loop
--                                                       ->  Nested Loop
--                                                             ->  Append
--                                                                   ->  Index Scan using key_narrow_total_newest on key_narrow_total t_9
--                                                                         Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (narrow_by = 'project'::text) AND (narrow_to = 'project-1'::text) AND (last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                                         Filter: (((InitPlan 8).col1 IS NULL) OR (cost_usd >= (InitPlan 9).col1))
--                                                                         InitPlan 8
--                                                                           ->  Aggregate
--                                                                                 ->  CTE Scan on best
--                                                                         InitPlan 9
--                                                                           ->  Aggregate
--                                                                                 ->  CTE Scan on best best_1
--                                                                   ->  Index Scan using key_narrow_total_newest on key_narrow_total t_10
--                                                                         Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (narrow_by = 'project'::text) AND (narrow_to = 'project-1'::text) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                                         Filter: (((InitPlan 10).col1 IS NULL) OR (cost_usd >= (InitPlan 11).col1))
--                                                                         InitPlan 10
--                                                                           ->  Aggregate
--                                                                                 ->  CTE Scan on best best_2
--                                                                         InitPlan 11
--                                                                           ->  Aggregate
--                                                                                 ->  CTE Scan on best best_3
--                                                             ->  Index Scan using unit_total_project on unit_total u_2
--                                                                   Index Cond: ((team_id = 'red'::text) AND (cube = 'unit'::text) AND (project = 'project-1'::text))
--                                                                   Filter: (session_id = t_9.id)
--                                                       ->  Memoize
--                                                             Cache Key: u_2.series_id, u_2.first_at, u_2.last_at
--                                                             Cache Mode: binary
--                                                             ->  Append
--                                                                   ->  Result
--                                                                         One-Time Filter: ((u_2.first_at < '2026-06-08 14:00:00+00'::timestamp with time zone) AND (u_2.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                                         ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_8
--                                                                               Index Cond: ((team_id = 'red'::text) AND (series_id = u_2.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                                   ->  Result
--                                                                         One-Time Filter: ((u_2.first_at < '2026-06-09 00:00:00+00'::timestamp with time zone) AND (u_2.last_at >= '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                                         ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_9
--                                                                               Index Cond: ((team_id = 'red'::text) AND (series_id = u_2.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                                   ->  Result
--                                                                         One-Time Filter: ((u_2.first_at < '2026-06-15 00:00:00+00'::timestamp with time zone) AND (u_2.last_at >= '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                                         ->  Index Scan using rollup_day_pkey on rollup_day r_10
--                                                                               Index Cond: ((team_id = 'red'::text) AND (series_id = u_2.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                                   ->  Result
--                                                                         One-Time Filter: ((u_2.first_at < '2026-06-15 12:00:00+00'::timestamp with time zone) AND (u_2.last_at >= '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                                         ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_11
--                                                                               Index Cond: ((team_id = 'red'::text) AND (series_id = u_2.series_id) AND (grain = 120) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                                   ->  Result
--                                                                         One-Time Filter: ((u_2.first_at < '2026-06-15 12:30:00+00'::timestamp with time zone) AND (u_2.last_at >= '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                                         ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_12
--                                                                               Index Cond: ((team_id = 'red'::text) AND (series_id = u_2.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                                   ->  Result
--                                                                         One-Time Filter: ((u_2.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (u_2.last_at >= '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                                         ->  Index Scan using rollup_minute_pkey on rollup_minute r_13
--                                                                               Index Cond: ((team_id = 'red'::text) AND (series_id = u_2.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
--     InitPlan 13
--       ->  Aggregate
--             ->  Subquery Scan on part
--                   ->  Sort
--                         Sort Key: (sum("*SELECT* 1_4".cost_usd)) DESC NULLS LAST, s.model
--                         ->  GroupAggregate
--                               Group Key: s.model
--                               Filter: (sum("*SELECT* 1_4".llm_calls) > '0'::numeric)
--                               ->  Sort
--                                     Sort Key: s.model
--                                     ->  Nested Loop
--                                           ->  Index Scan using series_cube on series s
--                                                 Index Cond: ((team_id = 'red'::text) AND (cube = 'project_model'::text))
--                                                 Filter: (project = 'project-1'::text)
--                                           ->  Append
--                                                 ->  Subquery Scan on "*SELECT* 1_4"
--                                                       ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_15
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                 ->  Subquery Scan on "*SELECT* 2_4"
--                                                       ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_16
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                 ->  Subquery Scan on "*SELECT* 3_1"
--                                                       ->  Index Scan using rollup_day_pkey on rollup_day r_17
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                 ->  Subquery Scan on "*SELECT* 4_1"
--                                                       ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_18
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 120) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                 ->  Subquery Scan on "*SELECT* 5_1"
--                                                       ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_19
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                 ->  Subquery Scan on "*SELECT* 6_1"
--                                                       ->  Index Scan using rollup_minute_pkey on rollup_minute r_20
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))


select (select coalesce(json_agg(part), '[]') from (select sum(r.llm_calls) as "llm_calls", sum(r.llm_errors) as "llm_errors", sum(r.unpriced_calls) as "unpriced_calls", sum(r.estimated_calls) as "estimated_calls", sum(r.input_tokens) as "input_tokens", sum(r.output_tokens) as "output_tokens", sum(r.cache_read_tokens) as "cache_read_tokens", coalesce(sum(r.cache_write_5m_tokens), 0) + coalesce(sum(r.cache_write_1h_tokens), 0) as "cache_write_tokens", sum(r.reasoning_tokens) as "reasoning_tokens", round(sum(r.cost_usd), 6) as "cost_usd", round(sum(r.llm_us) / nullif(sum(r.llm_timed), 0) / 1000, 3) as "avg_llm_ms", sum(r.tool_calls) as "tool_calls", sum(r.tool_errors) as "tool_errors", round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as "avg_tool_ms", sum(r.service_calls) as "service_calls", sum(r.git_commits) as "git_commits", max(r.memory_peak) as "memory_peak" from "series" s cross join lateral (select r.* from "rollup_quarter" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $2::timestamptz and r.bucket < $3::timestamptz union all select r.* from "rollup_day" r where r.team_id = $4 and r.series_id = s.series_id and r.grain = 1440 and r.bucket >= $5::timestamptz and r.bucket < $6::timestamptz union all select r.* from "rollup_quarter" r where r.team_id = $7 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $8::timestamptz and r.bucket < $9::timestamptz union all select r.* from "rollup_minute" r where r.team_id = $10 and r.series_id = s.series_id and r.grain = 1 and r.bucket >= $11::timestamptz and r.bucket < $12::timestamptz) r
  where s.team_id = $13 and s.cube = $14 and s.session_id is null and s.task_id is null and s.run_id is null and "s"."project" = $15) as part) as "totals",
  (select coalesce(json_agg(part), '[]') from (
  select s.tool, sum(r.tool_calls) as calls, sum(r.tool_errors) as errors,
  round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as avg_ms
  from "series" s cross join lateral (select r.* from "rollup_quarter" r where r.team_id = $16 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $17::timestamptz and r.bucket < $18::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $19 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $20::timestamptz and r.bucket < $21::timestamptz union all select r.* from "rollup_day" r where r.team_id = $22 and r.series_id = s.series_id and r.grain = 1440 and r.bucket >= $23::timestamptz and r.bucket < $24::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $25 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $26::timestamptz and r.bucket < $27::timestamptz union all select r.* from "rollup_quarter" r where r.team_id = $28 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $29::timestamptz and r.bucket < $30::timestamptz union all select r.* from "rollup_minute" r where r.team_id = $31 and r.series_id = s.series_id and r.grain = 1 and r.bucket >= $32::timestamptz and r.bucket < $33::timestamptz) r
  where s.team_id = $34 and s.cube = $35 and s.session_id is null and s.task_id is null and s.run_id is null and "s"."project" = $36
  group by s.tool order by sum(r.tool_calls) desc, s.tool) as part) as "tools",
  (select coalesce(json_agg(part), '[]') from (select sum(r.llm_calls) as "llm_calls", sum(r.llm_errors) as "llm_errors", sum(r.unpriced_calls) as "unpriced_calls", sum(r.estimated_calls) as "estimated_calls", sum(r.input_tokens) as "input_tokens", sum(r.output_tokens) as "output_tokens", sum(r.cache_read_tokens) as "cache_read_tokens", coalesce(sum(r.cache_write_5m_tokens), 0) + coalesce(sum(r.cache_write_1h_tokens), 0) as "cache_write_tokens", sum(r.reasoning_tokens) as "reasoning_tokens", round(sum(r.cost_usd), 6) as "cost_usd", round(sum(r.llm_us) / nullif(sum(r.llm_timed), 0) / 1000, 3) as "avg_llm_ms", sum(r.tool_calls) as "tool_calls", sum(r.tool_errors) as "tool_errors", round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as "avg_tool_ms", sum(r.service_calls) as "service_calls", sum(r.git_commits) as "git_commits", max(r.memory_peak) as "memory_peak" from "series" s cross join lateral (select r.* from "rollup_quarter" r where r.team_id = $37 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $38::timestamptz and r.bucket < $39::timestamptz union all select r.* from "rollup_day" r where r.team_id = $40 and r.series_id = s.series_id and r.grain = 1440 and r.bucket >= $41::timestamptz and r.bucket < $42::timestamptz union all select r.* from "rollup_quarter" r where r.team_id = $43 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $44::timestamptz and r.bucket < $45::timestamptz) r
  where s.team_id = $46 and s.cube = $47 and s.session_id is null and s.task_id is null and s.run_id is null and "s"."project" = $48) as part) as "before",
  (select coalesce(json_agg(part), '[]') from (select (select (select count(*) from (select t.id as key, t.records, t.llm_calls, t.unpriced_calls, t.input_tokens, t.output_tokens, t.cost_usd from "key_narrow_total" t where t.team_id = $49 and t.dim = 'session_id' and t.narrow_by = 'project' and t.narrow_to = $50 and "t"."last_at" >= $51::timestamptz and "t"."first_at" < $52::timestamptz and ("t"."first_at" >= $53::timestamptz and "t"."last_at" < $54::timestamptz)) as unit) + (select count(*) from (select t.id from "key_narrow_total" t where t.team_id = $55 and t.dim = 'session_id' and t.narrow_by = 'project' and t.narrow_to = $56 and "t"."last_at" >= $57::timestamptz and "t"."first_at" < $58::timestamptz and (not "t"."loose" and ("t"."first_at" >= $59::timestamptz or "t"."last_at" < $60::timestamptz)) union all select t.id from "key_narrow_total" t where t.team_id = $61 and t.dim = 'session_id' and t.narrow_by = 'project' and t.narrow_to = $62 and "t"."last_at" >= $63::timestamptz and "t"."last_at" < $64::timestamptz and "t"."first_at" < $65::timestamptz and (not "t"."loose" and ("t"."first_at" >= $66::timestamptz or "t"."last_at" < $67::timestamptz))) t)
  + (select count(*) from (select t.id from "key_narrow_total" t where t.team_id = $68 and t.dim = 'session_id' and t.narrow_by = 'project' and t.narrow_to = $69 and "t"."last_at" >= $70::timestamptz and "t"."first_at" < $71::timestamptz and not (not "t"."loose" and ("t"."first_at" >= $72::timestamptz or "t"."last_at" < $73::timestamptz)) union all select t.id from "key_narrow_total" t where t.team_id = $74 and t.dim = 'session_id' and t.narrow_by = 'project' and t.narrow_to = $75 and "t"."last_at" >= $76::timestamptz and "t"."last_at" < $77::timestamptz and "t"."first_at" < $78::timestamptz and not (not "t"."loose" and ("t"."first_at" >= $79::timestamptz or "t"."last_at" < $80::timestamptz))) t
  where exists (select from (
  select u.series_id, u.first_at, u.last_at from unit_total u where u.team_id = $81 and u.cube = 'unit' and "u"."project" = $82 and "u"."session_id" = t.id offset 0) u where exists (select from (select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_quarter" r where r.team_id = $83 and r.series_id = "u"."series_id" and r.grain = 15 and r.bucket >= $84::timestamptz and r.bucket < $85::timestamptz and "u"."first_at" < $86::timestamptz and "u"."last_at" >= $87::timestamptz union all select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_two_hours" r where r.team_id = $88 and r.series_id = "u"."series_id" and r.grain = 120 and r.bucket >= $89::timestamptz and r.bucket < $90::timestamptz and "u"."first_at" < $91::timestamptz and "u"."last_at" >= $92::timestamptz union all select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_day" r where r.team_id = $93 and r.series_id = "u"."series_id" and r.grain = 1440 and r.bucket >= $94::timestamptz and r.bucket < $95::timestamptz and "u"."first_at" < $96::timestamptz and "u"."last_at" >= $97::timestamptz union all select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_two_hours" r where r.team_id = $98 and r.series_id = "u"."series_id" and r.grain = 120 and r.bucket >= $99::timestamptz and r.bucket < $100::timestamptz and "u"."first_at" < $101::timestamptz and "u"."last_at" >= $102::timestamptz union all select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_quarter" r where r.team_id = $103 and r.series_id = "u"."series_id" and r.grain = 15 and r.bucket >= $104::timestamptz and r.bucket < $105::timestamptz and "u"."first_at" < $106::timestamptz and "u"."last_at" >= $107::timestamptz) r where ("r"."records" > 0 or "r"."llm_calls" > 0))))) as sessions) as part) as "sessions";

--   Result
--     InitPlan 1
--       ->  Aggregate
--             ->  Subquery Scan on part
--                   ->  Aggregate
--                         ->  Nested Loop
--                               ->  Index Scan using series_cube on series s
--                                     Index Cond: ((team_id = 'red'::text) AND (cube = 'project'::text))
--                                     Filter: (project = 'project-1'::text)
--                               ->  Append
--                                     ->  Subquery Scan on "*SELECT* 1"
--                                           ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_1
--                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                     ->  Subquery Scan on "*SELECT* 2"
--                                           ->  Index Scan using rollup_day_pkey on rollup_day r_2
--                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                     ->  Subquery Scan on "*SELECT* 3"
--                                           ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_3
--                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                     ->  Subquery Scan on "*SELECT* 4"
--                                           ->  Index Scan using rollup_minute_pkey on rollup_minute r_4
--                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
--     InitPlan 2
--       ->  Aggregate
--             ->  Subquery Scan on part_1
--                   ->  Sort
--                         Sort Key: (sum("*SELECT* 1_1".tool_calls)) DESC, s_1.tool
--                         ->  GroupAggregate
--                               Group Key: s_1.tool
--                               ->  Sort
--                                     Sort Key: s_1.tool
--                                     ->  Nested Loop
--                                           ->  Index Scan using series_cube on series s_1
--                                                 Index Cond: ((team_id = 'red'::text) AND (cube = 'project_tool'::text))
--                                                 Filter: (project = 'project-1'::text)
--                                           ->  Append
--                                                 ->  Subquery Scan on "*SELECT* 1_1"
--                                                       ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_6
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s_1.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                 ->  Subquery Scan on "*SELECT* 2_1"
--                                                       ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_7
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s_1.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                 ->  Subquery Scan on "*SELECT* 3_1"
--                                                       ->  Index Scan using rollup_day_pkey on rollup_day r_8
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s_1.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                 ->  Subquery Scan on "*SELECT* 4_1"
--                                                       ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_9
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s_1.series_id) AND (grain = 120) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                 ->  Subquery Scan on "*SELECT* 5"
--                                                       ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_10
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s_1.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                 ->  Subquery Scan on "*SELECT* 6"
--                                                       ->  Index Scan using rollup_minute_pkey on rollup_minute r_11
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s_1.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
--     InitPlan 3
--       ->  Aggregate
--             ->  Subquery Scan on part_2
--                   ->  Aggregate
--                         ->  Nested Loop
--                               ->  Index Scan using series_cube on series s_2
--                                     Index Cond: ((team_id = 'red'::text) AND (cube = 'project'::text))
--                                     Filter: (project = 'project-1'::text)
--                               ->  Append
--                                     ->  Subquery Scan on "*SELECT* 1_2"
--                                           ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_13
--                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = s_2.series_id) AND (grain = 15) AND (bucket >= '2026-06-01 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-02 00:00:00+00'::timestamp with time zone))
--                                     ->  Subquery Scan on "*SELECT* 2_2"
--                                           ->  Index Scan using rollup_day_pkey on rollup_day r_14
--                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = s_2.series_id) AND (grain = 1440) AND (bucket >= '2026-06-02 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 00:00:00+00'::timestamp with time zone))
--                                     ->  Subquery Scan on "*SELECT* 3_2"
--                                           ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_15
--                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = s_2.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 12:30:00+00'::timestamp with time zone))
--     InitPlan 10
--       ->  Aggregate
--             InitPlan 9
--               ->  Result
--                     InitPlan 4
--                       ->  Aggregate
--                             ->  Index Only Scan using key_narrow_total_newest on key_narrow_total t
--                                   Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (narrow_by = 'project'::text) AND (narrow_to = 'project-1'::text) AND (last_at >= '2026-06-01 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-08 12:30:00+00'::timestamp with time zone) AND (first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) AND (first_at >= '2026-06-01 12:30:00+00'::timestamp with time zone))
--                     InitPlan 5
--                       ->  Aggregate
--                             ->  Append
--                                   ->  Subquery Scan on "*SELECT* 1_3"
--                                         ->  Index Scan using key_narrow_total_newest on key_narrow_total t_2
--                                               Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (narrow_by = 'project'::text) AND (narrow_to = 'project-1'::text) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (first_at < '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                               Filter: ((NOT loose) AND ((first_at >= '2026-06-01 12:30:00+00'::timestamp with time zone) OR (last_at < '2026-06-08 12:30:00+00'::timestamp with time zone)))
--                                   ->  Subquery Scan on "*SELECT* 2_3"
--                                         ->  Index Scan using key_narrow_total_newest on key_narrow_total t_3
--                                               Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (narrow_by = 'project'::text) AND (narrow_to = 'project-1'::text) AND (last_at >= '2026-06-01 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-08 12:30:00+00'::timestamp with time zone) AND (first_at < '2026-06-01 12:30:00+00'::timestamp with time zone))
--                                               Filter: (NOT loose)
--                     InitPlan 8
--                       ->  Aggregate
--                             ->  Append
--                                   ->  Subquery Scan on "*SELECT* 1_5"
--                                         Filter: EXISTS(SubPlan 7)
--                                         ->  Index Scan using key_narrow_total_newest on key_narrow_total t_5
--                                               Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (narrow_by = 'project'::text) AND (narrow_to = 'project-1'::text) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (first_at < '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                               Filter: (loose OR ((first_at < '2026-06-01 12:30:00+00'::timestamp with time zone) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone)))
--                                         SubPlan 7
--                                           ->  Subquery Scan on u
--                                                 Filter: EXISTS(SubPlan 6)
--                                                 ->  Index Scan using unit_total_project on unit_total u_1
--                                                       Index Cond: ((team_id = 'red'::text) AND (cube = 'unit'::text) AND (project = 'project-1'::text))
--                                                       Filter: (session_id = "*SELECT* 1_5".id)
--                                                 SubPlan 6
--                                                   ->  Append
--                                                         ->  Subquery Scan on "*SELECT* 1_4"
--                                                               ->  Result
--                                                                     One-Time Filter: ((u.first_at < '2026-06-01 14:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-01 12:30:00+00'::timestamp with time zone))
--                                                                     ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_17
--                                                                           Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 15) AND (bucket >= '2026-06-01 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-01 14:00:00+00'::timestamp with time zone))
--                                                                           Filter: ((records > 0) OR (llm_calls > 0))
--                                                         ->  Subquery Scan on "*SELECT* 2_4"
--                                                               ->  Result
--                                                                     One-Time Filter: ((u.first_at < '2026-06-02 00:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-01 14:00:00+00'::timestamp with time zone))
--                                                                     ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_18
--                                                                           Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 120) AND (bucket >= '2026-06-01 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-02 00:00:00+00'::timestamp with time zone))
--                                                                           Filter: ((records > 0) OR (llm_calls > 0))
--                                                         ->  Subquery Scan on "*SELECT* 3_3"
--                                                               ->  Result
--                                                                     One-Time Filter: ((u.first_at < '2026-06-08 00:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-02 00:00:00+00'::timestamp with time zone))
--                                                                     ->  Index Scan using rollup_day_pkey on rollup_day r_19
--                                                                           Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 1440) AND (bucket >= '2026-06-02 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 00:00:00+00'::timestamp with time zone))
--                                                                           Filter: ((records > 0) OR (llm_calls > 0))
--                                                         ->  Subquery Scan on "*SELECT* 4_2"
--                                                               ->  Result
--                                                                     One-Time Filter: ((u.first_at < '2026-06-08 12:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-08 00:00:00+00'::timestamp with time zone))
--                                                                     ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_20
--                                                                           Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 12:00:00+00'::timestamp with time zone))
--                                                                           Filter: ((records > 0) OR (llm_calls > 0))
--                                                         ->  Subquery Scan on "*SELECT* 5_1"
--                                                               ->  Result
--                                                                     One-Time Filter: ((u.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-08 12:00:00+00'::timestamp with time zone))
--                                                                     ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_21
--                                                                           Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                                           Filter: ((records > 0) OR (llm_calls > 0))
--                                   ->  Subquery Scan on "*SELECT* 2_5"
--                                         Filter: EXISTS(SubPlan 7)
--                                         ->  Index Scan using key_narrow_total_newest on key_narrow_total t_6
--                                               Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (narrow_by = 'project'::text) AND (narrow_to = 'project-1'::text) AND (last_at >= '2026-06-01 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-08 12:30:00+00'::timestamp with time zone) AND (first_at < '2026-06-01 12:30:00+00'::timestamp with time zone))
--                                               Filter: (loose OR ((first_at < '2026-06-01 12:30:00+00'::timestamp with time zone) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone)))
--             ->  Result
