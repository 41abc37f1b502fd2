-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

with best as materialized ((select t.key, "t"."records", "t"."llm_calls", "t"."unpriced_calls", "t"."cost_usd" from (select t.id as key, "t"."records", "t"."llm_calls", "t"."unpriced_calls", "t"."cost_usd", t.first_at, t.last_at from "key_total" t
  where t.team_id = $1 and t.dim = 'session_id' and (select 4 * (least($2::timestamptz, max(t.last_at)) - greatest($3::timestamptz, min(t.last_at)))
  > max(t.last_at) - min(t.last_at) from "key_total" t where t.team_id = $4 and t.dim = 'session_id') order by cost_usd desc nulls last, "key" offset 0) t where "t"."last_at" >= $5::timestamptz and "t"."first_at" < $6::timestamptz and ("t"."first_at" >= $7::timestamptz and "t"."last_at" < $8::timestamptz) limit $9) union all
  (select t.key, "t"."records", "t"."llm_calls", "t"."unpriced_calls", "t"."cost_usd" from (select t.id as key, "t"."records", "t"."llm_calls", "t"."unpriced_calls", "t"."cost_usd", t.first_at, t.last_at from "key_total" t
  where t.team_id = $10 and t.dim = 'session_id' and (select 4 * (least($11::timestamptz, max(t.last_at)) - greatest($12::timestamptz, min(t.last_at)))
  > max(t.last_at) - min(t.last_at) from "key_total" t where t.team_id = $13 and t.dim = 'session_id') is not true and "t"."last_at" >= $14::timestamptz and "t"."first_at" < $15::timestamptz and ("t"."first_at" >= $16::timestamptz and "t"."last_at" < $17::timestamptz) offset 0) t order by cost_usd desc nulls last, "key" limit $18))
  select key, case when coalesce(unpriced_calls, 0) < llm_calls then cost_usd end as cost_usd, unpriced_calls, (select (select count(*) from "key_total" t where t.team_id = $19 and t.dim = 'session_id' and "t"."last_at" >= $20::timestamptz and "t"."first_at" < $21::timestamptz and ("t"."first_at" >= $22::timestamptz and "t"."last_at" < $23::timestamptz)) + (select count(*) from (select t.id from "key_total" t where t.team_id = $24 and t.dim = 'session_id' and "t"."last_at" >= $25::timestamptz and "t"."last_at" < 'infinity' and "t"."first_at" < $26::timestamptz and (not "t"."loose" and ("t"."first_at" >= $27::timestamptz or "t"."last_at" < $28::timestamptz)) union all select t.id from "key_total" t where t.team_id = $29 and t.dim = 'session_id' and "t"."last_at" >= $30::timestamptz and "t"."last_at" < $31::timestamptz and "t"."first_at" < $32::timestamptz and (not "t"."loose" and ("t"."first_at" >= $33::timestamptz or "t"."last_at" < $34::timestamptz))) t)
  + (select count(*) from (select t.id from "key_total" t where t.team_id = $35 and t.dim = 'session_id' and "t"."last_at" >= $36::timestamptz and "t"."last_at" < 'infinity' and "t"."first_at" < $37::timestamptz and not (not "t"."loose" and ("t"."first_at" >= $38::timestamptz or "t"."last_at" < $39::timestamptz)) union all select t.id from "key_total" t where t.team_id = $40 and t.dim = 'session_id' and "t"."last_at" >= $41::timestamptz and "t"."last_at" < $42::timestamptz and "t"."first_at" < $43::timestamptz and not (not "t"."loose" and ("t"."first_at" >= $44::timestamptz or "t"."last_at" < $45::timestamptz))) t
  where exists (select from (
  select u.* from unit_total u
  where u.team_id = $46 and u.cube = 'unit' and "u"."session_id" = t.id and "u"."last_day" >= $47::date and "u"."last_at" >= $48::timestamptz and "u"."first_at" < $49::timestamptz offset 0) u where exists (select from (select "u"."records", "u"."llm_calls" where ("u"."first_at" >= $50::timestamptz and "u"."last_at" < $51::timestamptz) union all select * from (select "r"."records", "r"."llm_calls" from "rollup_minute" r where r.team_id = $52 and r.series_id = "u"."series_id" and r.grain = 1 and r.bucket >= $53::timestamptz and r.bucket < $54::timestamptz and not ("u"."first_at" >= $55::timestamptz and "u"."last_at" < $56::timestamptz) and "u"."first_at" < $57::timestamptz and "u"."last_at" >= $58::timestamptz union all select "r"."records", "r"."llm_calls" from "rollup_quarter" r where r.team_id = $59 and r.series_id = "u"."series_id" and r.grain = 15 and r.bucket >= $60::timestamptz and r.bucket < $61::timestamptz and not ("u"."first_at" >= $62::timestamptz and "u"."last_at" < $63::timestamptz) and "u"."first_at" < $64::timestamptz and "u"."last_at" >= $65::timestamptz union all select "r"."records", "r"."llm_calls" from "rollup_minute" r where r.team_id = $66 and r.series_id = "u"."series_id" and r.grain = 1 and r.bucket >= $67::timestamptz and r.bucket < $68::timestamptz and not ("u"."first_at" >= $69::timestamptz and "u"."last_at" < $70::timestamptz) and "u"."first_at" < $71::timestamptz and "u"."last_at" >= $72::timestamptz) r) r where ("r"."records" > 0 or "r"."llm_calls" > 0))))) as total from (select * from best union all (with unit as materialized (
  select "u"."session_id" as key, "u"."records", "u"."llm_calls", "u"."unpriced_calls", "u"."cost_usd", "u"."series_id",
  "u"."first_at", "u"."last_at" as last_at, ("u"."first_at" >= $73::timestamptz and "u"."last_at" < $74::timestamptz) as within
  from (select u.* from unit_total u where u.team_id = $75 and u.cube = 'unit' and "u"."session_id" = any((select array_agg(t.id) from (select t.id from "key_total" t where t.team_id = $76 and t.dim = 'session_id' and "t"."last_at" >= $77::timestamptz and "t"."last_at" < 'infinity' and "t"."first_at" < $78::timestamptz and ((select case when count(cost_usd) = $79 then min(cost_usd) end from "best") is null or t.cost_usd >= (select case when count(cost_usd) = $80 then min(cost_usd) end from "best")) union all select t.id from "key_total" t where t.team_id = $81 and t.dim = 'session_id' and "t"."last_at" >= $82::timestamptz and "t"."last_at" < $83::timestamptz and "t"."first_at" < $84::timestamptz and ((select case when count(cost_usd) = $85 then min(cost_usd) end from "best") is null or t.cost_usd >= (select case when count(cost_usd) = $86 then min(cost_usd) end from "best"))) t)::text[]) and "u"."last_day" >= $87::date offset 0) u
  where "u"."last_at" >= $88::timestamptz and "u"."first_at" < $89::timestamptz)
  select key, sum("r"."records") as "records", sum("r"."llm_calls") as "llm_calls", sum("r"."unpriced_calls") as "unpriced_calls", sum("r"."cost_usd") as "cost_usd" from (select key, "unit"."records", "unit"."llm_calls", "unit"."unpriced_calls", "unit"."cost_usd" from unit where within union all
  select key, "r"."records", "r"."llm_calls", "r"."unpriced_calls", "r"."cost_usd" from unit cross join lateral (select "unit"."records", "unit"."llm_calls", "unit"."unpriced_calls", "unit"."cost_usd" where ("unit"."first_at" >= $90::timestamptz and "unit"."last_at" < $91::timestamptz) union all select * from (select "r"."records", "r"."llm_calls", "r"."unpriced_calls", "r"."cost_usd" from "rollup_minute" r where r.team_id = $92 and r.series_id = "unit"."series_id" and r.grain = 1 and r.bucket >= $93::timestamptz and r.bucket < $94::timestamptz and not ("unit"."first_at" >= $95::timestamptz and "unit"."last_at" < $96::timestamptz) and "unit"."first_at" < $97::timestamptz and "unit"."last_at" >= $98::timestamptz union all select "r"."records", "r"."llm_calls", "r"."unpriced_calls", "r"."cost_usd" from "rollup_quarter" r where r.team_id = $99 and r.series_id = "unit"."series_id" and r.grain = 15 and r.bucket >= $100::timestamptz and r.bucket < $101::timestamptz and not ("unit"."first_at" >= $102::timestamptz and "unit"."last_at" < $103::timestamptz) and "unit"."first_at" < $104::timestamptz and "unit"."last_at" >= $105::timestamptz union all select "r"."records", "r"."llm_calls", "r"."unpriced_calls", "r"."cost_usd" from "rollup_minute" r where r.team_id = $106 and r.series_id = "unit"."series_id" and r.grain = 1 and r.bucket >= $107::timestamptz and r.bucket < $108::timestamptz and not ("unit"."first_at" >= $109::timestamptz and "unit"."last_at" < $110::timestamptz) and "unit"."first_at" < $111::timestamptz and "unit"."last_at" >= $112::timestamptz) r) r where not within) r
  group by key having sum(r.records) > 0 or sum(r.llm_calls) > 0)) as unit order by cost_usd desc nulls last, "key" limit $113 offset $114;

--   Limit
--     CTE best
--       ->  Append
--             ->  Limit
--                   ->  Subquery Scan on t_2
--                         Filter: ((t_2.last_at >= '2026-06-15 11:34:00+00'::timestamp with time zone) AND (t_2.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (t_2.first_at >= '2026-06-15 11:34:00+00'::timestamp with time zone) AND (t_2.last_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                         ->  Incremental Sort
--                               Sort Key: t_3.cost_usd DESC NULLS LAST, t_3.id
--                               Presorted Key: t_3.cost_usd
--                               InitPlan 1
--                                 ->  Aggregate
--                                       ->  Index Only Scan using key_total_newest on key_total t
--                                             Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text))
--                               ->  Result
--                                     One-Time Filter: (InitPlan 1).col1
--                                     ->  Index Scan using key_total_cost on key_total t_3
--                                           Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text))
--             ->  Limit
--                   ->  Sort
--                         Sort Key: t_4.cost_usd DESC NULLS LAST, t_4.key
--                         ->  Subquery Scan on t_4
--                               ->  Result
--                                     One-Time Filter: ((InitPlan 2).col1 IS NOT TRUE)
--                                     InitPlan 2
--                                       ->  Aggregate
--                                             ->  Index Only Scan using key_total_newest on key_total t_1
--                                                   Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text))
--                                     ->  Index Scan using key_total_newest on key_total t_5
--                                           Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (last_at >= '2026-06-15 11:34:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at >= '2026-06-15 11:34:00+00'::timestamp with time zone))
--     InitPlan 9
--       ->  Result
--             InitPlan 4
--               ->  Aggregate
--                     ->  Index Only Scan using key_total_newest on key_total t_6
--                           Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (last_at >= '2026-06-15 11:34:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at >= '2026-06-15 11:34:00+00'::timestamp with time zone))
--             InitPlan 5
--               ->  Aggregate
--                     ->  Append
--                           ->  Subquery Scan on "*SELECT* 1_2"
--                                 ->  Index Scan using key_total_newest on key_total t_8
--                                       Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone) AND (last_at < 'infinity'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                       Filter: ((NOT loose) AND ((first_at >= '2026-06-15 11:34:00+00'::timestamp with time zone) OR (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone)))
--                           ->  Subquery Scan on "*SELECT* 2_1"
--                                 ->  Index Scan using key_total_newest on key_total t_9
--                                       Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (last_at >= '2026-06-15 11:34:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 11:34:00+00'::timestamp with time zone))
--                                       Filter: (NOT loose)
--             InitPlan 8
--               ->  Aggregate
--                     ->  Append
--                           ->  Subquery Scan on "*SELECT* 1_5"
--                                 Filter: EXISTS(SubPlan 7)
--                                 ->  Index Scan using key_total_newest on key_total t_11
--                                       Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone) AND (last_at < 'infinity'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                       Filter: (loose OR ((first_at < '2026-06-15 11:34:00+00'::timestamp with time zone) AND (last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)))
--                                 SubPlan 7
--                                   ->  Subquery Scan on u
--                                         Filter: EXISTS(SubPlan 6)
--                                         ->  Index Scan using unit_total_run on unit_total u_1
--                                               Index Cond: ((team_id = 'red'::text) AND (cube = 'unit'::text) AND (last_day >= '2026-06-15'::date))
--                                               Filter: ((last_at >= '2026-06-15 11:34:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (session_id = "*SELECT* 1_5".id))
--                                         SubPlan 6
--                                           ->  Append
--                                                 ->  Subquery Scan on "*SELECT* 1_3"
--                                                       ->  Result
--                                                             One-Time Filter: ((u.first_at >= '2026-06-15 11:34:00+00'::timestamp with time zone) AND (u.last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND ((u.records > 0) OR (u.llm_calls > 0)))
--                                                 ->  Subquery Scan on "*SELECT* 1_4"
--                                                       ->  Result
--                                                             One-Time Filter: (((u.first_at < '2026-06-15 11:34:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-15 11:45:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-15 11:34:00+00'::timestamp with time zone))
--                                                             ->  Index Scan using rollup_minute_pkey on rollup_minute r_6
--                                                                   Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 11:34:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 11:45:00+00'::timestamp with time zone))
--                                                                   Filter: ((records > 0) OR (llm_calls > 0))
--                                                 ->  Subquery Scan on "*SELECT* 2_2"
--                                                       ->  Result
--                                                             One-Time Filter: (((u.first_at < '2026-06-15 11:34:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-15 12:30:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-15 11:45:00+00'::timestamp with time zone))
--                                                             ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_7
--                                                                   Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 11:45:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                                   Filter: ((records > 0) OR (llm_calls > 0))
--                                                 ->  Subquery Scan on "*SELECT* 3"
--                                                       ->  Result
--                                                             One-Time Filter: (((u.first_at < '2026-06-15 11:34:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                             ->  Index Scan using rollup_minute_pkey on rollup_minute r_8
--                                                                   Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                                   Filter: ((records > 0) OR (llm_calls > 0))
--                           ->  Subquery Scan on "*SELECT* 2_3"
--                                 Filter: EXISTS(SubPlan 7)
--                                 ->  Index Scan using key_total_newest on key_total t_12
--                                       Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (last_at >= '2026-06-15 11:34:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 11:34:00+00'::timestamp with time zone))
--                                       Filter: (loose OR ((first_at < '2026-06-15 11:34:00+00'::timestamp with time zone) AND (last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)))
--     ->  Sort
--           Sort Key: (CASE WHEN (COALESCE(unit.unpriced_calls, '0'::numeric) < unit.llm_calls) THEN unit.cost_usd ELSE NULL::numeric END) DESC NULLS LAST, unit.key
--           ->  Subquery Scan on unit
--                 ->  Append
--                       ->  Subquery Scan on "*SELECT* 1"
--                             ->  CTE Scan on best
--                       ->  GroupAggregate
--                             Group Key: unit_1.key
--                             Filter: ((sum(unit_1.records) > '0'::numeric) OR (sum(unit_1.llm_calls) > '0'::numeric))
--                             CTE unit
--                               ->  Subquery Scan on u_2
--                                     Filter: ((u_2.last_at >= '2026-06-15 11:34:00+00'::timestamp with time zone) AND (u_2.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                     ->  Index Scan using unit_total_session on unit_total u_3
--                                           Index Cond: ((team_id = 'red'::text) AND (cube = 'unit'::text) AND (session_id = ANY ((InitPlan 14).col1)) AND (last_day >= '2026-06-15'::date))
--                                           InitPlan 14
--                                             ->  Aggregate
--                                                   ->  Append
--                                                         ->  Index Scan using key_total_newest on key_total t_14
--                                                               Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone) AND (last_at < 'infinity'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                               Filter: (((InitPlan 10).col1 IS NULL) OR (cost_usd >= (InitPlan 11).col1))
--                                                               InitPlan 10
--                                                                 ->  Aggregate
--                                                                       ->  CTE Scan on best best_1
--                                                               InitPlan 11
--                                                                 ->  Aggregate
--                                                                       ->  CTE Scan on best best_2
--                                                         ->  Index Scan using key_total_newest on key_total t_15
--                                                               Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (last_at >= '2026-06-15 11:34:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 11:34:00+00'::timestamp with time zone))
--                                                               Filter: (((InitPlan 12).col1 IS NULL) OR (cost_usd >= (InitPlan 13).col1))
--                                                               InitPlan 12
--                                                                 ->  Aggregate
--                                                                       ->  CTE Scan on best best_3
--                                                               InitPlan 13
--                                                                 ->  Aggregate
--                                                                       ->  CTE Scan on best best_4
--                             ->  Sort
--                                   Sort Key: unit_1.key
--                                   ->  Append
--                                         ->  CTE Scan on unit unit_1
--                                               Filter: within
--                                         ->  Nested Loop
--                                               ->  CTE Scan on unit unit_2
--                                                     Filter: (NOT within)
--                                               ->  Append
--                                                     ->  Result
--                                                           One-Time Filter: ((unit_2.first_at >= '2026-06-15 11:34:00+00'::timestamp with time zone) AND (unit_2.last_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                     ->  Result
--                                                           One-Time Filter: (((unit_2.first_at < '2026-06-15 11:34:00+00'::timestamp with time zone) OR (unit_2.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_2.first_at < '2026-06-15 11:45:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-15 11:34:00+00'::timestamp with time zone))
--                                                           ->  Index Scan using rollup_minute_pkey on rollup_minute r_2
--                                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 11:34:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 11:45:00+00'::timestamp with time zone))
--                                                     ->  Result
--                                                           One-Time Filter: (((unit_2.first_at < '2026-06-15 11:34:00+00'::timestamp with time zone) OR (unit_2.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_2.first_at < '2026-06-15 12:30:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-15 11:45:00+00'::timestamp with time zone))
--                                                           ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_3
--                                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 11:45:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                     ->  Result
--                                                           One-Time Filter: (((unit_2.first_at < '2026-06-15 11:34:00+00'::timestamp with time zone) OR (unit_2.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_2.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                           ->  Index Scan using rollup_minute_pkey on rollup_minute r_4
--                                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
