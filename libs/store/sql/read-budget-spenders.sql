-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

with best as materialized ((select * from (select t.id as key, t.records, t.llm_calls, t.unpriced_calls, t.input_tokens, t.output_tokens, t.cost_usd from "key_total" t where t.team_id = $1 and t.dim = 'session_id' and "t"."last_at" >= $2::timestamptz and "t"."first_at" < $3::timestamptz and ("t"."first_at" >= $4::timestamptz and "t"."last_at" < $5::timestamptz) offset 0) t order by cost_usd desc nulls last, "key" limit $6))
  select key, case when coalesce(unpriced_calls, 0) < llm_calls then cost_usd end as cost_usd, unpriced_calls, (select (select count(*) from (select t.id as key, t.records, t.llm_calls, t.unpriced_calls, t.input_tokens, t.output_tokens, t.cost_usd from "key_total" t where t.team_id = $7 and t.dim = 'session_id' and "t"."last_at" >= $8::timestamptz and "t"."first_at" < $9::timestamptz and ("t"."first_at" >= $10::timestamptz and "t"."last_at" < $11::timestamptz)) as unit) + (select count(*) from (select t.id from "key_total" t where t.team_id = $12 and t.dim = 'session_id' and "t"."last_at" >= $13::timestamptz and "t"."first_at" < $14::timestamptz and (not "t"."loose" and ("t"."first_at" >= $15::timestamptz or "t"."last_at" < $16::timestamptz)) union all select t.id from "key_total" t where t.team_id = $17 and t.dim = 'session_id' and "t"."last_at" >= $18::timestamptz and "t"."last_at" < $19::timestamptz and "t"."first_at" < $20::timestamptz and (not "t"."loose" and ("t"."first_at" >= $21::timestamptz or "t"."last_at" < $22::timestamptz))) t)
  + (select count(*) from (select t.id from "key_total" t where t.team_id = $23 and t.dim = 'session_id' and "t"."last_at" >= $24::timestamptz and "t"."first_at" < $25::timestamptz and not (not "t"."loose" and ("t"."first_at" >= $26::timestamptz or "t"."last_at" < $27::timestamptz)) union all select t.id from "key_total" t where t.team_id = $28 and t.dim = 'session_id' and "t"."last_at" >= $29::timestamptz and "t"."last_at" < $30::timestamptz and "t"."first_at" < $31::timestamptz and not (not "t"."loose" and ("t"."first_at" >= $32::timestamptz or "t"."last_at" < $33::timestamptz))) t
  where exists (select from (
  select u.series_id, u.first_at, u.last_at from unit_total u where u.team_id = $34 and u.cube = 'unit' and "u"."session_id" = t.id offset 0) u where exists (select from (select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_minute" r where r.team_id = $35 and r.series_id = "u"."series_id" and r.grain = 1 and r.bucket >= $36::timestamptz and r.bucket < $37::timestamptz and "u"."first_at" < $38::timestamptz and "u"."last_at" >= $39::timestamptz union all select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_quarter" r where r.team_id = $40 and r.series_id = "u"."series_id" and r.grain = 15 and r.bucket >= $41::timestamptz and r.bucket < $42::timestamptz and "u"."first_at" < $43::timestamptz and "u"."last_at" >= $44::timestamptz union all select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_minute" r where r.team_id = $45 and r.series_id = "u"."series_id" and r.grain = 1 and r.bucket >= $46::timestamptz and r.bucket < $47::timestamptz and "u"."first_at" < $48::timestamptz and "u"."last_at" >= $49::timestamptz) r where ("r"."records" > 0 or "r"."llm_calls" > 0))))) as total from (select * from best union all
  select t.id as key, sum(r.records) as records, sum(r.llm_calls) as llm_calls, sum(r.unpriced_calls) as unpriced_calls,
  sum(r.input_tokens) as input_tokens, sum(r.output_tokens) as output_tokens, sum(r.cost_usd) as cost_usd
  from (select t.id from "key_total" t where t.team_id = $50 and t.dim = 'session_id' and "t"."last_at" >= $51::timestamptz and "t"."first_at" < $52::timestamptz and ((select case when count(cost_usd) = $53 then min(cost_usd) end from "best") is null or t.cost_usd >= (select case when count(cost_usd) = $54 then min(cost_usd) end from "best")) union all select t.id from "key_total" t where t.team_id = $55 and t.dim = 'session_id' and "t"."last_at" >= $56::timestamptz and "t"."last_at" < $57::timestamptz and "t"."first_at" < $58::timestamptz and ((select case when count(cost_usd) = $59 then min(cost_usd) end from "best") is null or t.cost_usd >= (select case when count(cost_usd) = $60 then min(cost_usd) end from "best"))) t
  cross join lateral (
  select u.series_id, u.first_at, u.last_at from unit_total u where u.team_id = $61 and u.cube = 'unit' and "u"."session_id" = t.id offset 0) u
  cross join lateral (select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_minute" r where r.team_id = $62 and r.series_id = "u"."series_id" and r.grain = 1 and r.bucket >= $63::timestamptz and r.bucket < $64::timestamptz and "u"."first_at" < $65::timestamptz and "u"."last_at" >= $66::timestamptz union all select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_quarter" r where r.team_id = $67 and r.series_id = "u"."series_id" and r.grain = 15 and r.bucket >= $68::timestamptz and r.bucket < $69::timestamptz and "u"."first_at" < $70::timestamptz and "u"."last_at" >= $71::timestamptz union all select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_minute" r where r.team_id = $72 and r.series_id = "u"."series_id" and r.grain = 1 and r.bucket >= $73::timestamptz and r.bucket < $74::timestamptz and "u"."first_at" < $75::timestamptz and "u"."last_at" >= $76::timestamptz) r
  group by t.id
  having sum(r.records) > 0 or sum(r.llm_calls) > 0) as unit order by cost_usd desc nulls last, "key" limit $77 offset $78;

--   Limit
--     CTE best
--       ->  Limit
--             ->  Sort
--                   Sort Key: t_3.cost_usd DESC NULLS LAST, t_3.id
--                   ->  Index Scan using key_total_newest on key_total t_3
--                         Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (last_at >= '2026-06-15 11:34:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at >= '2026-06-15 11:34:00+00'::timestamp with time zone))
--     InitPlan 7
--       ->  Result
--             InitPlan 2
--               ->  Aggregate
--                     ->  Index Only Scan using key_total_newest on key_total t_4
--                           Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (last_at >= '2026-06-15 11:34:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at >= '2026-06-15 11:34:00+00'::timestamp with time zone))
--             InitPlan 3
--               ->  Aggregate
--                     ->  Append
--                           ->  Subquery Scan on "*SELECT* 1_1"
--                                 ->  Index Scan using key_total_newest on key_total t_6
--                                       Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                       Filter: ((NOT loose) AND ((first_at >= '2026-06-15 11:34:00+00'::timestamp with time zone) OR (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone)))
--                           ->  Subquery Scan on "*SELECT* 2_1"
--                                 ->  Index Scan using key_total_newest on key_total t_7
--                                       Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (last_at >= '2026-06-15 11:34:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 11:34:00+00'::timestamp with time zone))
--                                       Filter: (NOT loose)
--             InitPlan 6
--               ->  Aggregate
--                     ->  Append
--                           ->  Subquery Scan on "*SELECT* 1_3"
--                                 Filter: EXISTS(SubPlan 5)
--                                 ->  Index Scan using key_total_newest on key_total t_9
--                                       Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                       Filter: (loose OR ((first_at < '2026-06-15 11:34:00+00'::timestamp with time zone) AND (last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)))
--                                 SubPlan 5
--                                   ->  Subquery Scan on u_1
--                                         Filter: EXISTS(SubPlan 4)
--                                         ->  Index Scan using unit_total_run on unit_total u_2
--                                               Index Cond: ((team_id = 'red'::text) AND (cube = 'unit'::text))
--                                               Filter: (session_id = "*SELECT* 1_3".id)
--                                         SubPlan 4
--                                           ->  Append
--                                                 ->  Subquery Scan on "*SELECT* 1_2"
--                                                       ->  Result
--                                                             One-Time Filter: ((u_1.first_at < '2026-06-15 11:45:00+00'::timestamp with time zone) AND (u_1.last_at >= '2026-06-15 11:34:00+00'::timestamp with time zone))
--                                                             ->  Index Scan using rollup_minute_pkey on rollup_minute r_5
--                                                                   Index Cond: ((team_id = 'red'::text) AND (series_id = u_1.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 11:34:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 11:45:00+00'::timestamp with time zone))
--                                                                   Filter: ((records > 0) OR (llm_calls > 0))
--                                                 ->  Subquery Scan on "*SELECT* 2_2"
--                                                       ->  Result
--                                                             One-Time Filter: ((u_1.first_at < '2026-06-15 12:30:00+00'::timestamp with time zone) AND (u_1.last_at >= '2026-06-15 11:45:00+00'::timestamp with time zone))
--                                                             ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_6
--                                                                   Index Cond: ((team_id = 'red'::text) AND (series_id = u_1.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 11:45:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                                   Filter: ((records > 0) OR (llm_calls > 0))
--                                                 ->  Subquery Scan on "*SELECT* 3"
--                                                       ->  Result
--                                                             One-Time Filter: ((u_1.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (u_1.last_at >= '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                             ->  Index Scan using rollup_minute_pkey on rollup_minute r_7
--                                                                   Index Cond: ((team_id = 'red'::text) AND (series_id = u_1.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                                   Filter: ((records > 0) OR (llm_calls > 0))
--                           ->  Subquery Scan on "*SELECT* 2_3"
--                                 Filter: EXISTS(SubPlan 5)
--                                 ->  Index Scan using key_total_newest on key_total t_10
--                                       Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (last_at >= '2026-06-15 11:34:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 11:34:00+00'::timestamp with time zone))
--                                       Filter: (loose OR ((first_at < '2026-06-15 11:34:00+00'::timestamp with time zone) AND (last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)))
--     ->  Sort
--           Sort Key: (CASE WHEN (COALESCE(unit.unpriced_calls, '0'::numeric) < unit.llm_calls) THEN unit.cost_usd ELSE NULL::numeric END) DESC NULLS LAST, unit.key
--           ->  Subquery Scan on unit
--                 ->  Append
--                       ->  Subquery Scan on "*SELECT* 1"
--                             ->  CTE Scan on best
--                       ->  GroupAggregate
--                             Group Key: t_1.id
--                             Filter: ((sum(r_1.records) > '0'::numeric) OR (sum(r_1.llm_calls) > '0'::numeric))
--                             ->  Sort
--                                   Sort Key: t_1.id
--                                   ->  Nested Loop
--                                         ->  Nested Loop
--                                               ->  Append
--                                                     ->  Index Scan using key_total_newest on key_total t_1
--                                                           Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                           Filter: (((InitPlan 8).col1 IS NULL) OR (cost_usd >= (InitPlan 9).col1))
--                                                           InitPlan 8
--                                                             ->  Aggregate
--                                                                   ->  CTE Scan on best best_1
--                                                           InitPlan 9
--                                                             ->  Aggregate
--                                                                   ->  CTE Scan on best best_2
--                                                     ->  Index Scan using key_total_newest on key_total t_2
--                                                           Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (last_at >= '2026-06-15 11:34:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 11:34:00+00'::timestamp with time zone))
--                                                           Filter: (((InitPlan 10).col1 IS NULL) OR (cost_usd >= (InitPlan 11).col1))
--                                                           InitPlan 10
--                                                             ->  Aggregate
--                                                                   ->  CTE Scan on best best_3
--                                                           InitPlan 11
--                                                             ->  Aggregate
--                                                                   ->  CTE Scan on best best_4
--                                               ->  Index Scan using unit_total_run on unit_total u
--                                                     Index Cond: ((team_id = 'red'::text) AND (cube = 'unit'::text))
--                                                     Filter: (session_id = t_1.id)
--                                         ->  Memoize
--                                               Cache Key: u.series_id, u.first_at, u.last_at
--                                               Cache Mode: binary
--                                               ->  Append
--                                                     ->  Result
--                                                           One-Time Filter: ((u.first_at < '2026-06-15 11:45:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-15 11:34:00+00'::timestamp with time zone))
--                                                           ->  Index Scan using rollup_minute_pkey on rollup_minute r_1
--                                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 11:34:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 11:45:00+00'::timestamp with time zone))
--                                                     ->  Result
--                                                           One-Time Filter: ((u.first_at < '2026-06-15 12:30:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-15 11:45:00+00'::timestamp with time zone))
--                                                           ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_2
--                                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 11:45:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                     ->  Result
--                                                           One-Time Filter: ((u.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                           ->  Index Scan using rollup_minute_pkey on rollup_minute r_3
--                                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
