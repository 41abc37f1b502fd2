-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

with best as materialized ((select t.key, "t"."records", "t"."llm_calls", "t"."unpriced_calls", "t"."cost_usd" from (select t.id as key, "t"."records", "t"."llm_calls", "t"."unpriced_calls", "t"."cost_usd", t.first_at, t.last_at from "key_total" t
  where t.team_id = $1 and t.dim = 'task_id' and (select 4 * (least($2::timestamptz, max(t.last_at)) - greatest($3::timestamptz, min(t.last_at)))
  > max(t.last_at) - min(t.last_at) from "key_total" t where t.team_id = $4 and t.dim = 'task_id') order by cost_usd desc nulls last, "key" offset 0) t where "t"."last_at" >= $5::timestamptz and "t"."first_at" < $6::timestamptz and ("t"."first_at" >= $7::timestamptz and "t"."last_at" < $8::timestamptz) limit $9) union all
  (select t.key, "t"."records", "t"."llm_calls", "t"."unpriced_calls", "t"."cost_usd" from (select t.id as key, "t"."records", "t"."llm_calls", "t"."unpriced_calls", "t"."cost_usd", t.first_at, t.last_at from "key_total" t
  where t.team_id = $10 and t.dim = 'task_id' and (select 4 * (least($11::timestamptz, max(t.last_at)) - greatest($12::timestamptz, min(t.last_at)))
  > max(t.last_at) - min(t.last_at) from "key_total" t where t.team_id = $13 and t.dim = 'task_id') is not true and "t"."last_at" >= $14::timestamptz and "t"."first_at" < $15::timestamptz and ("t"."first_at" >= $16::timestamptz and "t"."last_at" < $17::timestamptz) offset 0) t order by cost_usd desc nulls last, "key" limit $18))
  select key, case when coalesce(unpriced_calls, 0) < llm_calls then cost_usd end as cost_usd, unpriced_calls, (select (select count(*) from "key_total" t where t.team_id = $19 and t.dim = 'task_id' and "t"."last_at" >= $20::timestamptz and "t"."first_at" < $21::timestamptz and ("t"."first_at" >= $22::timestamptz and "t"."last_at" < $23::timestamptz)) + (select count(*) from (select t.id from "key_total" t where t.team_id = $24 and t.dim = 'task_id' and "t"."last_at" >= $25::timestamptz and "t"."last_at" < 'infinity' and "t"."first_at" < $26::timestamptz and (not "t"."loose" and ("t"."first_at" >= $27::timestamptz or "t"."last_at" < $28::timestamptz)) union all select t.id from "key_total" t where t.team_id = $29 and t.dim = 'task_id' and "t"."last_at" >= $30::timestamptz and "t"."last_at" < $31::timestamptz and "t"."first_at" < $32::timestamptz and (not "t"."loose" and ("t"."first_at" >= $33::timestamptz or "t"."last_at" < $34::timestamptz))) t)
  + (select count(*) from (select t.id from "key_total" t where t.team_id = $35 and t.dim = 'task_id' and "t"."last_at" >= $36::timestamptz and "t"."last_at" < 'infinity' and "t"."first_at" < $37::timestamptz and not (not "t"."loose" and ("t"."first_at" >= $38::timestamptz or "t"."last_at" < $39::timestamptz)) union all select t.id from "key_total" t where t.team_id = $40 and t.dim = 'task_id' and "t"."last_at" >= $41::timestamptz and "t"."last_at" < $42::timestamptz and "t"."first_at" < $43::timestamptz and not (not "t"."loose" and ("t"."first_at" >= $44::timestamptz or "t"."last_at" < $45::timestamptz))) t
  where exists (select from (
  select u.* from unit_total u
  where u.team_id = $46 and u.cube = 'unit' and "u"."task_id" = t.id and "u"."last_day" >= $47::date and "u"."last_at" >= $48::timestamptz and "u"."first_at" < $49::timestamptz offset 0) u where exists (select from (select "u"."records", "u"."llm_calls" where ("u"."first_at" >= $50::timestamptz and "u"."last_at" < $51::timestamptz) union all select * from (select "r"."records", "r"."llm_calls" from "rollup_quarter" r where r.team_id = $52 and r.series_id = "u"."series_id" and r.grain = 15 and r.bucket >= $53::timestamptz and r.bucket < $54::timestamptz and not ("u"."first_at" >= $55::timestamptz and "u"."last_at" < $56::timestamptz) and "u"."first_at" < $57::timestamptz and "u"."last_at" >= $58::timestamptz union all select "r"."records", "r"."llm_calls" from "rollup_two_hours" r where r.team_id = $59 and r.series_id = "u"."series_id" and r.grain = 120 and r.bucket >= $60::timestamptz and r.bucket < $61::timestamptz and not ("u"."first_at" >= $62::timestamptz and "u"."last_at" < $63::timestamptz) and "u"."first_at" < $64::timestamptz and "u"."last_at" >= $65::timestamptz union all select "r"."records", "r"."llm_calls" from "rollup_day" r where r.team_id = $66 and r.series_id = "u"."series_id" and r.grain = 1440 and r.bucket >= $67::timestamptz and r.bucket < $68::timestamptz and not ("u"."first_at" >= $69::timestamptz and "u"."last_at" < $70::timestamptz) and "u"."first_at" < $71::timestamptz and "u"."last_at" >= $72::timestamptz union all select "r"."records", "r"."llm_calls" from "rollup_two_hours" r where r.team_id = $73 and r.series_id = "u"."series_id" and r.grain = 120 and r.bucket >= $74::timestamptz and r.bucket < $75::timestamptz and not ("u"."first_at" >= $76::timestamptz and "u"."last_at" < $77::timestamptz) and "u"."first_at" < $78::timestamptz and "u"."last_at" >= $79::timestamptz union all select "r"."records", "r"."llm_calls" from "rollup_quarter" r where r.team_id = $80 and r.series_id = "u"."series_id" and r.grain = 15 and r.bucket >= $81::timestamptz and r.bucket < $82::timestamptz and not ("u"."first_at" >= $83::timestamptz and "u"."last_at" < $84::timestamptz) and "u"."first_at" < $85::timestamptz and "u"."last_at" >= $86::timestamptz union all select "r"."records", "r"."llm_calls" from "rollup_minute" r where r.team_id = $87 and r.series_id = "u"."series_id" and r.grain = 1 and r.bucket >= $88::timestamptz and r.bucket < $89::timestamptz and not ("u"."first_at" >= $90::timestamptz and "u"."last_at" < $91::timestamptz) and "u"."first_at" < $92::timestamptz and "u"."last_at" >= $93::timestamptz) r) r where ("r"."records" > 0 or "r"."llm_calls" > 0))))) as total from (select * from best union all (with unit as materialized (
  select "u"."task_id" as key, "u"."records", "u"."llm_calls", "u"."unpriced_calls", "u"."cost_usd", "u"."series_id",
  "u"."first_at", "u"."last_at" as last_at, ("u"."first_at" >= $94::timestamptz and "u"."last_at" < $95::timestamptz) as within
  from (select u.* from unit_total u where u.team_id = $96 and u.cube = 'unit' and "u"."task_id" = any((select array_agg(t.id) from (select t.id from "key_total" t where t.team_id = $97 and t.dim = 'task_id' and "t"."last_at" >= $98::timestamptz and "t"."last_at" < 'infinity' and "t"."first_at" < $99::timestamptz and ((select case when count(cost_usd) = $100 then min(cost_usd) end from "best") is null or t.cost_usd >= (select case when count(cost_usd) = $101 then min(cost_usd) end from "best")) union all select t.id from "key_total" t where t.team_id = $102 and t.dim = 'task_id' and "t"."last_at" >= $103::timestamptz and "t"."last_at" < $104::timestamptz and "t"."first_at" < $105::timestamptz and ((select case when count(cost_usd) = $106 then min(cost_usd) end from "best") is null or t.cost_usd >= (select case when count(cost_usd) = $107 then min(cost_usd) end from "best"))) t)::text[]) and "u"."last_day" >= $108::date offset 0) u
  where "u"."last_at" >= $109::timestamptz and "u"."first_at" < $110::timestamptz)
  select key, sum("r"."records") as "records", sum("r"."llm_calls") as "llm_calls", sum("r"."unpriced_calls") as "unpriced_calls", sum("r"."cost_usd") as "cost_usd" from (select key, "unit"."records", "unit"."llm_calls", "unit"."unpriced_calls", "unit"."cost_usd" from unit where within union all
  select key, "r"."records", "r"."llm_calls", "r"."unpriced_calls", "r"."cost_usd" from unit cross join lateral (select "unit"."records", "unit"."llm_calls", "unit"."unpriced_calls", "unit"."cost_usd" where ("unit"."first_at" >= $111::timestamptz and "unit"."last_at" < $112::timestamptz) union all select * from (select "r"."records", "r"."llm_calls", "r"."unpriced_calls", "r"."cost_usd" from "rollup_quarter" r where r.team_id = $113 and r.series_id = "unit"."series_id" and r.grain = 15 and r.bucket >= $114::timestamptz and r.bucket < $115::timestamptz and not ("unit"."first_at" >= $116::timestamptz and "unit"."last_at" < $117::timestamptz) and "unit"."first_at" < $118::timestamptz and "unit"."last_at" >= $119::timestamptz union all select "r"."records", "r"."llm_calls", "r"."unpriced_calls", "r"."cost_usd" from "rollup_two_hours" r where r.team_id = $120 and r.series_id = "unit"."series_id" and r.grain = 120 and r.bucket >= $121::timestamptz and r.bucket < $122::timestamptz and not ("unit"."first_at" >= $123::timestamptz and "unit"."last_at" < $124::timestamptz) and "unit"."first_at" < $125::timestamptz and "unit"."last_at" >= $126::timestamptz union all select "r"."records", "r"."llm_calls", "r"."unpriced_calls", "r"."cost_usd" from "rollup_day" r where r.team_id = $127 and r.series_id = "unit"."series_id" and r.grain = 1440 and r.bucket >= $128::timestamptz and r.bucket < $129::timestamptz and not ("unit"."first_at" >= $130::timestamptz and "unit"."last_at" < $131::timestamptz) and "unit"."first_at" < $132::timestamptz and "unit"."last_at" >= $133::timestamptz union all select "r"."records", "r"."llm_calls", "r"."unpriced_calls", "r"."cost_usd" from "rollup_two_hours" r where r.team_id = $134 and r.series_id = "unit"."series_id" and r.grain = 120 and r.bucket >= $135::timestamptz and r.bucket < $136::timestamptz and not ("unit"."first_at" >= $137::timestamptz and "unit"."last_at" < $138::timestamptz) and "unit"."first_at" < $139::timestamptz and "unit"."last_at" >= $140::timestamptz union all select "r"."records", "r"."llm_calls", "r"."unpriced_calls", "r"."cost_usd" from "rollup_quarter" r where r.team_id = $141 and r.series_id = "unit"."series_id" and r.grain = 15 and r.bucket >= $142::timestamptz and r.bucket < $143::timestamptz and not ("unit"."first_at" >= $144::timestamptz and "unit"."last_at" < $145::timestamptz) and "unit"."first_at" < $146::timestamptz and "unit"."last_at" >= $147::timestamptz union all select "r"."records", "r"."llm_calls", "r"."unpriced_calls", "r"."cost_usd" from "rollup_minute" r where r.team_id = $148 and r.series_id = "unit"."series_id" and r.grain = 1 and r.bucket >= $149::timestamptz and r.bucket < $150::timestamptz and not ("unit"."first_at" >= $151::timestamptz and "unit"."last_at" < $152::timestamptz) and "unit"."first_at" < $153::timestamptz and "unit"."last_at" >= $154::timestamptz) r) r where not within) r
  group by key having sum(r.records) > 0 or sum(r.llm_calls) > 0)) as unit order by cost_usd desc nulls last, "key" limit $155 offset $156;

--   Limit
--     CTE best
--       ->  Append
--             ->  Limit
--                   ->  Subquery Scan on t_2
--                         Filter: ((t_2.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (t_2.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (t_2.first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (t_2.last_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                         ->  Incremental Sort
--                               Sort Key: t_3.cost_usd DESC NULLS LAST, t_3.id
--                               Presorted Key: t_3.cost_usd
--                               InitPlan 1
--                                 ->  Aggregate
--                                       ->  Index Only Scan using key_total_newest on key_total t
--                                             Index Cond: ((team_id = 'red'::text) AND (dim = 'task_id'::text))
--                               ->  Result
--                                     One-Time Filter: (InitPlan 1).col1
--                                     ->  Index Scan using key_total_cost on key_total t_3
--                                           Index Cond: ((team_id = 'red'::text) AND (dim = 'task_id'::text))
--             ->  Limit
--                   ->  Sort
--                         Sort Key: t_4.cost_usd DESC NULLS LAST, t_4.key
--                         ->  Subquery Scan on t_4
--                               ->  Result
--                                     One-Time Filter: ((InitPlan 2).col1 IS NOT TRUE)
--                                     InitPlan 2
--                                       ->  Aggregate
--                                             ->  Index Only Scan using key_total_newest on key_total t_1
--                                                   Index Cond: ((team_id = 'red'::text) AND (dim = 'task_id'::text))
--                                     ->  Index Scan using key_total_newest on key_total t_5
--                                           Index Cond: ((team_id = 'red'::text) AND (dim = 'task_id'::text) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone))
--     InitPlan 9
--       ->  Result
--             InitPlan 4
--               ->  Aggregate
--                     ->  Index Only Scan using key_total_newest on key_total t_6
--                           Index Cond: ((team_id = 'red'::text) AND (dim = 'task_id'::text) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone))
--             InitPlan 5
--               ->  Aggregate
--                     ->  Append
--                           ->  Subquery Scan on "*SELECT* 1_2"
--                                 ->  Index Scan using key_total_newest on key_total t_8
--                                       Index Cond: ((team_id = 'red'::text) AND (dim = 'task_id'::text) AND (last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone) AND (last_at < 'infinity'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                       Filter: ((NOT loose) AND ((first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) OR (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone)))
--                           ->  Subquery Scan on "*SELECT* 2_1"
--                                 ->  Index Scan using key_total_newest on key_total t_9
--                                       Index Cond: ((team_id = 'red'::text) AND (dim = 'task_id'::text) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                       Filter: (NOT loose)
--             InitPlan 8
--               ->  Aggregate
--                     ->  Append
--                           ->  Subquery Scan on "*SELECT* 1_5"
--                                 Filter: EXISTS(SubPlan 7)
--                                 ->  Index Scan using key_total_newest on key_total t_11
--                                       Index Cond: ((team_id = 'red'::text) AND (dim = 'task_id'::text) AND (last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone) AND (last_at < 'infinity'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                       Filter: (loose OR ((first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)))
--                                 SubPlan 7
--                                   ->  Subquery Scan on u
--                                         Filter: EXISTS(SubPlan 6)
--                                         ->  Index Scan using unit_total_run on unit_total u_1
--                                               Index Cond: ((team_id = 'red'::text) AND (cube = 'unit'::text) AND (last_day >= '2026-06-08'::date))
--                                               Filter: ((last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (task_id = "*SELECT* 1_5".id))
--                                         SubPlan 6
--                                           ->  Append
--                                                 ->  Subquery Scan on "*SELECT* 1_3"
--                                                       ->  Result
--                                                             One-Time Filter: ((u.first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (u.last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND ((u.records > 0) OR (u.llm_calls > 0)))
--                                                 ->  Subquery Scan on "*SELECT* 1_4"
--                                                       ->  Result
--                                                             One-Time Filter: (((u.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-08 14:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                             ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_9
--                                                                   Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                                   Filter: ((records > 0) OR (llm_calls > 0))
--                                                 ->  Subquery Scan on "*SELECT* 2_2"
--                                                       ->  Result
--                                                             One-Time Filter: (((u.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-09 00:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                             ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_10
--                                                                   Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                                   Filter: ((records > 0) OR (llm_calls > 0))
--                                                 ->  Subquery Scan on "*SELECT* 3"
--                                                       ->  Result
--                                                             One-Time Filter: (((u.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-15 00:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                             ->  Index Scan using rollup_day_pkey on rollup_day r_11
--                                                                   Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                                   Filter: ((records > 0) OR (llm_calls > 0))
--                                                 ->  Subquery Scan on "*SELECT* 4"
--                                                       ->  Result
--                                                             One-Time Filter: (((u.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-15 12:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                             ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_12
--                                                                   Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 120) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                                   Filter: ((records > 0) OR (llm_calls > 0))
--                                                 ->  Subquery Scan on "*SELECT* 5"
--                                                       ->  Result
--                                                             One-Time Filter: (((u.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-15 12:30:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                             ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_13
--                                                                   Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                                   Filter: ((records > 0) OR (llm_calls > 0))
--                                                 ->  Subquery Scan on "*SELECT* 6"
--                                                       ->  Result
--                                                             One-Time Filter: (((u.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                             ->  Index Scan using rollup_minute_pkey on rollup_minute r_14
--                                                                   Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                                   Filter: ((records > 0) OR (llm_calls > 0))
--                           ->  Subquery Scan on "*SELECT* 2_3"
--                                 Filter: EXISTS(SubPlan 7)
--                                 ->  Index Scan using key_total_newest on key_total t_12
--                                       Index Cond: ((team_id = 'red'::text) AND (dim = 'task_id'::text) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                       Filter: (loose OR ((first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)))
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
--                                     Filter: ((u_2.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (u_2.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                     ->  Index Scan using unit_total_task on unit_total u_3
--                                           Index Cond: ((team_id = 'red'::text) AND (cube = 'unit'::text) AND (task_id = ANY ((InitPlan 14).col1)) AND (last_day >= '2026-06-08'::date))
--                                           InitPlan 14
--                                             ->  Aggregate
--                                                   ->  Append
--                                                         ->  Index Scan using key_total_newest on key_total t_14
--                                                               Index Cond: ((team_id = 'red'::text) AND (dim = 'task_id'::text) AND (last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone) AND (last_at < 'infinity'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                               Filter: (((InitPlan 10).col1 IS NULL) OR (cost_usd >= (InitPlan 11).col1))
--                                                               InitPlan 10
--                                                                 ->  Aggregate
--                                                                       ->  CTE Scan on best best_1
--                                                               InitPlan 11
--                                                                 ->  Aggregate
--                                                                       ->  CTE Scan on best best_2
--                                                         ->  Index Scan using key_total_newest on key_total t_15
--                                                               Index Cond: ((team_id = 'red'::text) AND (dim = 'task_id'::text) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-08 12:30:00+00'::timestamp with time zone))
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
--                                                           One-Time Filter: ((unit_2.first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (unit_2.last_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                     ->  Result
--                                                           One-Time Filter: (((unit_2.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_2.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_2.first_at < '2026-06-08 14:00:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                           ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_2
--                                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                     ->  Result
--                                                           One-Time Filter: (((unit_2.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_2.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_2.first_at < '2026-06-09 00:00:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                           ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_3
--                                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                     ->  Result
--                                                           One-Time Filter: (((unit_2.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_2.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_2.first_at < '2026-06-15 00:00:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                           ->  Index Scan using rollup_day_pkey on rollup_day r_4
--                                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                     ->  Result
--                                                           One-Time Filter: (((unit_2.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_2.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_2.first_at < '2026-06-15 12:00:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                           ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_5
--                                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 120) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                     ->  Result
--                                                           One-Time Filter: (((unit_2.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_2.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_2.first_at < '2026-06-15 12:30:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                           ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_6
--                                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                     ->  Result
--                                                           One-Time Filter: (((unit_2.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_2.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_2.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                           ->  Index Scan using rollup_minute_pkey on rollup_minute r_7
--                                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))


select "s"."task_id" as key, sum(r.llm_calls) as "llm_calls", sum(r.llm_errors) as "llm_errors", sum(r.unpriced_calls) as "unpriced_calls", sum(r.estimated_calls) as "estimated_calls", sum(r.input_tokens) as "input_tokens", sum(r.output_tokens) as "output_tokens", sum(r.cache_read_tokens) as "cache_read_tokens", coalesce(sum(r.cache_write_5m_tokens), 0) + coalesce(sum(r.cache_write_1h_tokens), 0) as "cache_write_tokens", sum(r.reasoning_tokens) as "reasoning_tokens", round(sum(r.cost_usd), 6) as "cost_usd", round(sum(r.llm_us) / nullif(sum(r.llm_timed), 0) / 1000, 3) as "avg_llm_ms", sum(r.tool_calls) as "tool_calls", sum(r.tool_errors) as "tool_errors", round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as "avg_tool_ms", sum(r.service_calls) as "service_calls", sum(r.git_commits) as "git_commits", max(r.memory_peak) as "memory_peak" from "unit_total" s cross join lateral (select r.* from "rollup_ever" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 0 and (s.first_at >= $2::timestamptz and s.last_at < $3::timestamptz) union all select r.* from "rollup_quarter" r where r.team_id = $4 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $5::timestamptz and r.bucket < $6::timestamptz and not (s.first_at >= $7::timestamptz and s.last_at < $8::timestamptz) and s.first_at < $9::timestamptz and s.last_at >= $10::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $11 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $12::timestamptz and r.bucket < $13::timestamptz and not (s.first_at >= $14::timestamptz and s.last_at < $15::timestamptz) and s.first_at < $16::timestamptz and s.last_at >= $17::timestamptz union all select r.* from "rollup_day" r where r.team_id = $18 and r.series_id = s.series_id and r.grain = 1440 and r.bucket >= $19::timestamptz and r.bucket < $20::timestamptz and not (s.first_at >= $21::timestamptz and s.last_at < $22::timestamptz) and s.first_at < $23::timestamptz and s.last_at >= $24::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $25 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $26::timestamptz and r.bucket < $27::timestamptz and not (s.first_at >= $28::timestamptz and s.last_at < $29::timestamptz) and s.first_at < $30::timestamptz and s.last_at >= $31::timestamptz union all select r.* from "rollup_quarter" r where r.team_id = $32 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $33::timestamptz and r.bucket < $34::timestamptz and not (s.first_at >= $35::timestamptz and s.last_at < $36::timestamptz) and s.first_at < $37::timestamptz and s.last_at >= $38::timestamptz union all select r.* from "rollup_minute" r where r.team_id = $39 and r.series_id = s.series_id and r.grain = 1 and r.bucket >= $40::timestamptz and r.bucket < $41::timestamptz and not (s.first_at >= $42::timestamptz and s.last_at < $43::timestamptz) and s.first_at < $44::timestamptz and s.last_at >= $45::timestamptz) r
  where s.team_id = $46 and s.cube = $47 and "s"."task_id" = any($48::text[]) and "s"."last_day" >= $49::date and "s"."task_id" is not null group by 1;

--   GroupAggregate
--     Group Key: s.task_id
--     ->  Nested Loop
--           ->  Index Scan using unit_total_task on unit_total s
--                 Index Cond: ((team_id = 'red'::text) AND (cube = 'unit'::text) AND (task_id = ANY ('{task-1}'::text[])) AND (task_id IS NOT NULL) AND (last_day >= '2026-06-08'::date))
--           ->  Append
--                 ->  Subquery Scan on "*SELECT* 1"
--                       ->  Result
--                             One-Time Filter: ((s.first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (s.last_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                             ->  Index Scan using rollup_ever_pkey on rollup_ever r_1
--                                   Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 0))
--                 ->  Subquery Scan on "*SELECT* 2"
--                       ->  Result
--                             One-Time Filter: (((s.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (s.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (s.first_at < '2026-06-08 14:00:00+00'::timestamp with time zone) AND (s.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone))
--                             ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_2
--                                   Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 14:00:00+00'::timestamp with time zone))
--                 ->  Subquery Scan on "*SELECT* 3"
--                       ->  Result
--                             One-Time Filter: (((s.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (s.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (s.first_at < '2026-06-09 00:00:00+00'::timestamp with time zone) AND (s.last_at >= '2026-06-08 14:00:00+00'::timestamp with time zone))
--                             ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_3
--                                   Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                 ->  Subquery Scan on "*SELECT* 4"
--                       ->  Result
--                             One-Time Filter: (((s.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (s.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (s.first_at < '2026-06-15 00:00:00+00'::timestamp with time zone) AND (s.last_at >= '2026-06-09 00:00:00+00'::timestamp with time zone))
--                             ->  Index Scan using rollup_day_pkey on rollup_day r_4
--                                   Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                 ->  Subquery Scan on "*SELECT* 5"
--                       ->  Result
--                             One-Time Filter: (((s.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (s.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (s.first_at < '2026-06-15 12:00:00+00'::timestamp with time zone) AND (s.last_at >= '2026-06-15 00:00:00+00'::timestamp with time zone))
--                             ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_5
--                                   Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 120) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                 ->  Subquery Scan on "*SELECT* 6"
--                       ->  Result
--                             One-Time Filter: (((s.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (s.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (s.first_at < '2026-06-15 12:30:00+00'::timestamp with time zone) AND (s.last_at >= '2026-06-15 12:00:00+00'::timestamp with time zone))
--                             ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_6
--                                   Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                 ->  Subquery Scan on "*SELECT* 7"
--                       ->  Result
--                             One-Time Filter: (((s.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (s.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (s.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (s.last_at >= '2026-06-15 12:30:00+00'::timestamp with time zone))
--                             ->  Index Scan using rollup_minute_pkey on rollup_minute r_7
--                                   Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
