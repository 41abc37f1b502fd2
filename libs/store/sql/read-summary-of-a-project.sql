-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select (select coalesce(json_agg(part), '[]') from (
  select key, round(cost_usd, 6) as cost_usd, unpriced_calls as unpriced, total
  from (with best as materialized ((select t.key, "t"."records", "t"."llm_calls", "t"."unpriced_calls", "t"."cost_usd" from (select t.id as key, "t"."records", "t"."llm_calls", "t"."unpriced_calls", "t"."cost_usd", t.first_at, t.last_at from "key_narrow_total" t
  where t.team_id = $1 and t.dim = 'session_id' and t.narrow_by = 'project' and t.narrow_to = $2 and (select 4 * (least($3::timestamptz, max(t.last_at)) - greatest($4::timestamptz, min(t.last_at)))
  > max(t.last_at) - min(t.last_at) from "key_narrow_total" t where t.team_id = $5 and t.dim = 'session_id' and t.narrow_by = 'project' and t.narrow_to = $6) order by cost_usd desc nulls last, "key" offset 0) t where "t"."last_at" >= $7::timestamptz and "t"."first_at" < $8::timestamptz and ("t"."first_at" >= $9::timestamptz and "t"."last_at" < $10::timestamptz) limit $11) union all
  (select t.key, "t"."records", "t"."llm_calls", "t"."unpriced_calls", "t"."cost_usd" from (select t.id as key, "t"."records", "t"."llm_calls", "t"."unpriced_calls", "t"."cost_usd", t.first_at, t.last_at from "key_narrow_total" t
  where t.team_id = $12 and t.dim = 'session_id' and t.narrow_by = 'project' and t.narrow_to = $13 and (select 4 * (least($14::timestamptz, max(t.last_at)) - greatest($15::timestamptz, min(t.last_at)))
  > max(t.last_at) - min(t.last_at) from "key_narrow_total" t where t.team_id = $16 and t.dim = 'session_id' and t.narrow_by = 'project' and t.narrow_to = $17) is not true and "t"."last_at" >= $18::timestamptz and "t"."first_at" < $19::timestamptz and ("t"."first_at" >= $20::timestamptz and "t"."last_at" < $21::timestamptz) offset 0) t order by cost_usd desc nulls last, "key" limit $22))
  select key, case when coalesce(unpriced_calls, 0) < llm_calls then cost_usd end as cost_usd, unpriced_calls, (select (select count(*) from "key_narrow_total" t where t.team_id = $23 and t.dim = 'session_id' and t.narrow_by = 'project' and t.narrow_to = $24 and "t"."last_at" >= $25::timestamptz and "t"."first_at" < $26::timestamptz and ("t"."first_at" >= $27::timestamptz and "t"."last_at" < $28::timestamptz)) + (select count(*) from (select t.id from "key_narrow_total" t where t.team_id = $29 and t.dim = 'session_id' and t.narrow_by = 'project' and t.narrow_to = $30 and "t"."last_at" >= $31::timestamptz and "t"."last_at" < 'infinity' and "t"."first_at" < $32::timestamptz and (not "t"."loose" and ("t"."first_at" >= $33::timestamptz or "t"."last_at" < $34::timestamptz)) union all select t.id from "key_narrow_total" t where t.team_id = $35 and t.dim = 'session_id' and t.narrow_by = 'project' and t.narrow_to = $36 and "t"."last_at" >= $37::timestamptz and "t"."last_at" < $38::timestamptz and "t"."first_at" < $39::timestamptz and (not "t"."loose" and ("t"."first_at" >= $40::timestamptz or "t"."last_at" < $41::timestamptz))) t)
  + (select count(*) from (select t.id from "key_narrow_total" t where t.team_id = $42 and t.dim = 'session_id' and t.narrow_by = 'project' and t.narrow_to = $43 and "t"."last_at" >= $44::timestamptz and "t"."last_at" < 'infinity' and "t"."first_at" < $45::timestamptz and not (not "t"."loose" and ("t"."first_at" >= $46::timestamptz or "t"."last_at" < $47::timestamptz)) union all select t.id from "key_narrow_total" t where t.team_id = $48 and t.dim = 'session_id' and t.narrow_by = 'project' and t.narrow_to = $49 and "t"."last_at" >= $50::timestamptz and "t"."last_at" < $51::timestamptz and "t"."first_at" < $52::timestamptz and not (not "t"."loose" and ("t"."first_at" >= $53::timestamptz or "t"."last_at" < $54::timestamptz))) t
  where exists (select from (
  select u.* from unit_total u
  where u.team_id = $55 and u.cube = 'unit' and "u"."project" = $56 and "u"."session_id" = t.id and "u"."last_day" >= $57::date and "u"."last_at" >= $58::timestamptz and "u"."first_at" < $59::timestamptz offset 0) u where exists (select from (select "u"."records", "u"."llm_calls" where ("u"."first_at" >= $60::timestamptz and "u"."last_at" < $61::timestamptz) union all select * from (select "r"."records", "r"."llm_calls" from "rollup_quarter" r where r.team_id = $62 and r.series_id = "u"."series_id" and r.grain = 15 and r.bucket >= $63::timestamptz and r.bucket < $64::timestamptz and not ("u"."first_at" >= $65::timestamptz and "u"."last_at" < $66::timestamptz) and "u"."first_at" < $67::timestamptz and "u"."last_at" >= $68::timestamptz union all select "r"."records", "r"."llm_calls" from "rollup_two_hours" r where r.team_id = $69 and r.series_id = "u"."series_id" and r.grain = 120 and r.bucket >= $70::timestamptz and r.bucket < $71::timestamptz and not ("u"."first_at" >= $72::timestamptz and "u"."last_at" < $73::timestamptz) and "u"."first_at" < $74::timestamptz and "u"."last_at" >= $75::timestamptz union all select "r"."records", "r"."llm_calls" from "rollup_day" r where r.team_id = $76 and r.series_id = "u"."series_id" and r.grain = 1440 and r.bucket >= $77::timestamptz and r.bucket < $78::timestamptz and not ("u"."first_at" >= $79::timestamptz and "u"."last_at" < $80::timestamptz) and "u"."first_at" < $81::timestamptz and "u"."last_at" >= $82::timestamptz union all select "r"."records", "r"."llm_calls" from "rollup_two_hours" r where r.team_id = $83 and r.series_id = "u"."series_id" and r.grain = 120 and r.bucket >= $84::timestamptz and r.bucket < $85::timestamptz and not ("u"."first_at" >= $86::timestamptz and "u"."last_at" < $87::timestamptz) and "u"."first_at" < $88::timestamptz and "u"."last_at" >= $89::timestamptz union all select "r"."records", "r"."llm_calls" from "rollup_quarter" r where r.team_id = $90 and r.series_id = "u"."series_id" and r.grain = 15 and r.bucket >= $91::timestamptz and r.bucket < $92::timestamptz and not ("u"."first_at" >= $93::timestamptz and "u"."last_at" < $94::timestamptz) and "u"."first_at" < $95::timestamptz and "u"."last_at" >= $96::timestamptz union all select "r"."records", "r"."llm_calls" from "rollup_minute" r where r.team_id = $97 and r.series_id = "u"."series_id" and r.grain = 1 and r.bucket >= $98::timestamptz and r.bucket < $99::timestamptz and not ("u"."first_at" >= $100::timestamptz and "u"."last_at" < $101::timestamptz) and "u"."first_at" < $102::timestamptz and "u"."last_at" >= $103::timestamptz) r) r where ("r"."records" > 0 or "r"."llm_calls" > 0))))) as total from (select * from best union all (with unit as materialized (
  select "u"."session_id" as key, "u"."records", "u"."llm_calls", "u"."unpriced_calls", "u"."cost_usd", "u"."series_id",
  "u"."first_at", "u"."last_at" as last_at, ("u"."first_at" >= $104::timestamptz and "u"."last_at" < $105::timestamptz) as within
  from (select u.* from unit_total u where u.team_id = $106 and u.cube = 'unit' and "u"."session_id" = any((select array_agg(t.id) from (select t.id from "key_narrow_total" t where t.team_id = $107 and t.dim = 'session_id' and t.narrow_by = 'project' and t.narrow_to = $108 and "t"."last_at" >= $109::timestamptz and "t"."last_at" < 'infinity' and "t"."first_at" < $110::timestamptz and ((select case when count(cost_usd) = $111 then min(cost_usd) end from "best") is null or t.cost_usd >= (select case when count(cost_usd) = $112 then min(cost_usd) end from "best")) union all select t.id from "key_narrow_total" t where t.team_id = $113 and t.dim = 'session_id' and t.narrow_by = 'project' and t.narrow_to = $114 and "t"."last_at" >= $115::timestamptz and "t"."last_at" < $116::timestamptz and "t"."first_at" < $117::timestamptz and ((select case when count(cost_usd) = $118 then min(cost_usd) end from "best") is null or t.cost_usd >= (select case when count(cost_usd) = $119 then min(cost_usd) end from "best"))) t)::text[]) and "u"."last_day" >= $120::date offset 0) u
  where "u"."project" = $121 and "u"."last_at" >= $122::timestamptz and "u"."first_at" < $123::timestamptz)
  select key, sum("r"."records") as "records", sum("r"."llm_calls") as "llm_calls", sum("r"."unpriced_calls") as "unpriced_calls", sum("r"."cost_usd") as "cost_usd" from (select key, "unit"."records", "unit"."llm_calls", "unit"."unpriced_calls", "unit"."cost_usd" from unit where within union all
  select key, "r"."records", "r"."llm_calls", "r"."unpriced_calls", "r"."cost_usd" from unit cross join lateral (select "unit"."records", "unit"."llm_calls", "unit"."unpriced_calls", "unit"."cost_usd" where ("unit"."first_at" >= $124::timestamptz and "unit"."last_at" < $125::timestamptz) union all select * from (select "r"."records", "r"."llm_calls", "r"."unpriced_calls", "r"."cost_usd" from "rollup_quarter" r where r.team_id = $126 and r.series_id = "unit"."series_id" and r.grain = 15 and r.bucket >= $127::timestamptz and r.bucket < $128::timestamptz and not ("unit"."first_at" >= $129::timestamptz and "unit"."last_at" < $130::timestamptz) and "unit"."first_at" < $131::timestamptz and "unit"."last_at" >= $132::timestamptz union all select "r"."records", "r"."llm_calls", "r"."unpriced_calls", "r"."cost_usd" from "rollup_two_hours" r where r.team_id = $133 and r.series_id = "unit"."series_id" and r.grain = 120 and r.bucket >= $134::timestamptz and r.bucket < $135::timestamptz and not ("unit"."first_at" >= $136::timestamptz and "unit"."last_at" < $137::timestamptz) and "unit"."first_at" < $138::timestamptz and "unit"."last_at" >= $139::timestamptz union all select "r"."records", "r"."llm_calls", "r"."unpriced_calls", "r"."cost_usd" from "rollup_day" r where r.team_id = $140 and r.series_id = "unit"."series_id" and r.grain = 1440 and r.bucket >= $141::timestamptz and r.bucket < $142::timestamptz and not ("unit"."first_at" >= $143::timestamptz and "unit"."last_at" < $144::timestamptz) and "unit"."first_at" < $145::timestamptz and "unit"."last_at" >= $146::timestamptz union all select "r"."records", "r"."llm_calls", "r"."unpriced_calls", "r"."cost_usd" from "rollup_two_hours" r where r.team_id = $147 and r.series_id = "unit"."series_id" and r.grain = 120 and r.bucket >= $148::timestamptz and r.bucket < $149::timestamptz and not ("unit"."first_at" >= $150::timestamptz and "unit"."last_at" < $151::timestamptz) and "unit"."first_at" < $152::timestamptz and "unit"."last_at" >= $153::timestamptz union all select "r"."records", "r"."llm_calls", "r"."unpriced_calls", "r"."cost_usd" from "rollup_quarter" r where r.team_id = $154 and r.series_id = "unit"."series_id" and r.grain = 15 and r.bucket >= $155::timestamptz and r.bucket < $156::timestamptz and not ("unit"."first_at" >= $157::timestamptz and "unit"."last_at" < $158::timestamptz) and "unit"."first_at" < $159::timestamptz and "unit"."last_at" >= $160::timestamptz union all select "r"."records", "r"."llm_calls", "r"."unpriced_calls", "r"."cost_usd" from "rollup_minute" r where r.team_id = $161 and r.series_id = "unit"."series_id" and r.grain = 1 and r.bucket >= $162::timestamptz and r.bucket < $163::timestamptz and not ("unit"."first_at" >= $164::timestamptz and "unit"."last_at" < $165::timestamptz) and "unit"."first_at" < $166::timestamptz and "unit"."last_at" >= $167::timestamptz) r) r where not within) r
  group by key having sum(r.records) > 0 or sum(r.llm_calls) > 0)) as unit order by cost_usd desc nulls last, "key" limit $168 offset $169) as page) as part) as "dearest",
  (select coalesce(json_agg(part), '[]') from (
  select s.model, round(sum(r.cost_usd), 6) as cost, sum(r.llm_calls) as calls, sum(r.unpriced_calls) as unpriced
  from "series" s cross join lateral (select r.* from "rollup_quarter" r where r.team_id = $170 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $171::timestamptz and r.bucket < $172::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $173 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $174::timestamptz and r.bucket < $175::timestamptz union all select r.* from "rollup_day" r where r.team_id = $176 and r.series_id = s.series_id and r.grain = 1440 and r.bucket >= $177::timestamptz and r.bucket < $178::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $179 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $180::timestamptz and r.bucket < $181::timestamptz union all select r.* from "rollup_quarter" r where r.team_id = $182 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $183::timestamptz and r.bucket < $184::timestamptz union all select r.* from "rollup_minute" r where r.team_id = $185 and r.series_id = s.series_id and r.grain = 1 and r.bucket >= $186::timestamptz and r.bucket < $187::timestamptz) r
  where s.team_id = $188 and s.cube = $189 and s.session_id is null and s.task_id is null and s.run_id is null and "s"."project" = $190
  group by s.model having sum(r.llm_calls) > 0 order by sum(r.cost_usd) desc nulls last, s.model) as part) as "models";

--   Result
--     InitPlan 16
--       ->  Aggregate
--             ->  Limit
--                   CTE best
--                     ->  Append
--                           ->  Limit
--                                 ->  Subquery Scan on t_2
--                                       Filter: ((t_2.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (t_2.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (t_2.first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (t_2.last_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                       ->  Incremental Sort
--                                             Sort Key: t_3.cost_usd DESC NULLS LAST, t_3.id
--                                             Presorted Key: t_3.cost_usd
--                                             InitPlan 1
--                                               ->  Aggregate
--                                                     ->  Index Only Scan using key_narrow_total_newest on key_narrow_total t
--                                                           Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (narrow_by = 'project'::text) AND (narrow_to = 'project-1'::text))
--                                             ->  Result
--                                                   One-Time Filter: (InitPlan 1).col1
--                                                   ->  Index Scan using key_narrow_total_cost on key_narrow_total t_3
--                                                         Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (narrow_by = 'project'::text) AND (narrow_to = 'project-1'::text))
--                           ->  Limit
--                                 ->  Sort
--                                       Sort Key: t_4.cost_usd DESC NULLS LAST, t_4.key
--                                       ->  Subquery Scan on t_4
--                                             ->  Result
--                                                   One-Time Filter: ((InitPlan 2).col1 IS NOT TRUE)
--                                                   InitPlan 2
--                                                     ->  Aggregate
--                                                           ->  Index Only Scan using key_narrow_total_newest on key_narrow_total t_1
--                                                                 Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (narrow_by = 'project'::text) AND (narrow_to = 'project-1'::text))
--                                                   ->  Index Scan using key_narrow_total_newest on key_narrow_total t_5
--                                                         Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (narrow_by = 'project'::text) AND (narrow_to = 'project-1'::text) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone))
--                   InitPlan 9
--                     ->  Result
--                           InitPlan 4
--                             ->  Aggregate
--                                   ->  Index Only Scan using key_narrow_total_newest on key_narrow_total t_6
--                                         Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (narrow_by = 'project'::text) AND (narrow_to = 'project-1'::text) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone))
--                           InitPlan 5
--                             ->  Aggregate
--                                   ->  Append
--                                         ->  Subquery Scan on "*SELECT* 1_1"
--                                               ->  Index Scan using key_narrow_total_newest on key_narrow_total t_8
--                                                     Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (narrow_by = 'project'::text) AND (narrow_to = 'project-1'::text) AND (last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone) AND (last_at < 'infinity'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                     Filter: ((NOT loose) AND ((first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) OR (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone)))
--                                         ->  Subquery Scan on "*SELECT* 2"
--                                               ->  Index Scan using key_narrow_total_newest on key_narrow_total t_9
--                                                     Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (narrow_by = 'project'::text) AND (narrow_to = 'project-1'::text) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                     Filter: (NOT loose)
--                           InitPlan 8
--                             ->  Aggregate
--                                   ->  Append
--                                         ->  Subquery Scan on "*SELECT* 1_4"
--                                               Filter: EXISTS(SubPlan 7)
--                                               ->  Index Scan using key_narrow_total_newest on key_narrow_total t_11
--                                                     Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (narrow_by = 'project'::text) AND (narrow_to = 'project-1'::text) AND (last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone) AND (last_at < 'infinity'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                     Filter: (loose OR ((first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)))
--                                               SubPlan 7
--                                                 ->  Subquery Scan on u
--                                                       Filter: EXISTS(SubPlan 6)
--                                                       ->  Index Scan using unit_total_run on unit_total u_1
--                                                             Index Cond: ((team_id = 'red'::text) AND (cube = 'unit'::text) AND (last_day >= '2026-06-08'::date))
--                                                             Filter: ((last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (project = 'project-1'::text) AND (session_id = "*SELECT* 1_4".id))
--                                                       SubPlan 6
--                                                         ->  Append
--                                                               ->  Subquery Scan on "*SELECT* 1_2"
--                                                                     ->  Result
--                                                                           One-Time Filter: ((u.first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (u.last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND ((u.records > 0) OR (u.llm_calls > 0)))
--                                                               ->  Subquery Scan on "*SELECT* 1_3"
--                                                                     ->  Result
--                                                                           One-Time Filter: (((u.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-08 14:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                                           ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_1
--                                                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                                                 Filter: ((records > 0) OR (llm_calls > 0))
--                                                               ->  Subquery Scan on "*SELECT* 2_1"
--                                                                     ->  Result
--                                                                           One-Time Filter: (((u.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-09 00:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                                           ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_2
--                                                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                                                 Filter: ((records > 0) OR (llm_calls > 0))
--                                                               ->  Subquery Scan on "*SELECT* 3"
--                                                                     ->  Result
--                                                                           One-Time Filter: (((u.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-15 00:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                                           ->  Index Scan using rollup_day_pkey on rollup_day r_3
--                                                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                                                 Filter: ((records > 0) OR (llm_calls > 0))
--                                                               ->  Subquery Scan on "*SELECT* 4"
--                                                                     ->  Result
--                                                                           One-Time Filter: (((u.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-15 12:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                                           ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_4
--                                                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 120) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                                                 Filter: ((records > 0) OR (llm_calls > 0))
--                                                               ->  Subquery Scan on "*SELECT* 5"
--                                                                     ->  Result
--                                                                           One-Time Filter: (((u.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-15 12:30:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                                           ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_5
--                                                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                                                 Filter: ((records > 0) OR (llm_calls > 0))
--                                                               ->  Subquery Scan on "*SELECT* 6"
--                                                                     ->  Result
--                                                                           One-Time Filter: (((u.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                                           ->  Index Scan using rollup_minute_pkey on rollup_minute r_6
--                                                                                 Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                                                 Filter: ((records > 0) OR (llm_calls > 0))
--                                         ->  Subquery Scan on "*SELECT* 2_2"
--                                               Filter: EXISTS(SubPlan 7)
--                                               ->  Index Scan using key_narrow_total_newest on key_narrow_total t_12
--                                                     Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (narrow_by = 'project'::text) AND (narrow_to = 'project-1'::text) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                     Filter: (loose OR ((first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)))
--                   ->  Sort
--                         Sort Key: (CASE WHEN (COALESCE(unit.unpriced_calls, '0'::numeric) < unit.llm_calls) THEN unit.cost_usd ELSE NULL::numeric END) DESC NULLS LAST, unit.key
--                         ->  Subquery Scan on unit
--                               ->  Append
--                                     ->  Subquery Scan on "*SELECT* 1_5"
--                                           ->  CTE Scan on best best_4
--                                     ->  GroupAggregate
--                                           Group Key: unit_1.key
--                                           Filter: ((sum(unit_1.records) > '0'::numeric) OR (sum(unit_1.llm_calls) > '0'::numeric))
--                                           CTE unit
--                                             ->  Subquery Scan on u_2
--                                                   Filter: ((u_2.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (u_2.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (u_2.project = 'project-1'::text))
--                                                   ->  Index Scan using unit_total_session on unit_total u_3
--                                                         Index Cond: ((team_id = 'red'::text) AND (cube = 'unit'::text) AND (session_id = ANY ((InitPlan 14).col1)) AND (last_day >= '2026-06-08'::date))
--                                                         InitPlan 14
--                                                           ->  Aggregate
--                                                                 ->  Append
--                                                                       ->  Index Scan using key_narrow_total_newest on key_narrow_total t_14
--                                                                             Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (narrow_by = 'project'::text) AND (narrow_to = 'project-1'::text) AND (last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone) AND (last_at < 'infinity'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                                             Filter: (((InitPlan 10).col1 IS NULL) OR (cost_usd >= (InitPlan 11).col1))
--                                                                             InitPlan 10
--                                                                               ->  Aggregate
--                                                                                     ->  CTE Scan on best
--                                                                             InitPlan 11
--                                                                               ->  Aggregate
--                                                                                     ->  CTE Scan on best best_1
--                                                                       ->  Index Scan using key_narrow_total_newest on key_narrow_total t_15
--                                                                             Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (narrow_by = 'project'::text) AND (narrow_to = 'project-1'::text) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                                             Filter: (((InitPlan 12).col1 IS NULL) OR (cost_usd >= (InitPlan 13).col1))
--                                                                             InitPlan 12
--                                                                               ->  Aggregate
--                                                                                     ->  CTE Scan on best best_2
--                                                                             InitPlan 13
--                                                                               ->  Aggregate
--                                                                                     ->  CTE Scan on best best_3
--                                           ->  Sort
--                                                 Sort Key: unit_1.key
--                                                 ->  Append
--                                                       ->  CTE Scan on unit unit_1
--                                                             Filter: within
--                                                       ->  Nested Loop
--                                                             ->  CTE Scan on unit unit_2
--                                                                   Filter: (NOT within)
--                                                             ->  Append
--                                                                   ->  Result
--                                                                         One-Time Filter: ((unit_2.first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (unit_2.last_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                                   ->  Result
--                                                                         One-Time Filter: (((unit_2.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_2.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_2.first_at < '2026-06-08 14:00:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                                         ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_9
--                                                                               Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                                   ->  Result
--                                                                         One-Time Filter: (((unit_2.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_2.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_2.first_at < '2026-06-09 00:00:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                                         ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_10
--                                                                               Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                                   ->  Result
--                                                                         One-Time Filter: (((unit_2.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_2.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_2.first_at < '2026-06-15 00:00:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                                         ->  Index Scan using rollup_day_pkey on rollup_day r_11
--                                                                               Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                                   ->  Result
--                                                                         One-Time Filter: (((unit_2.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_2.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_2.first_at < '2026-06-15 12:00:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                                         ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_12
--                                                                               Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 120) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                                   ->  Result
--                                                                         One-Time Filter: (((unit_2.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_2.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_2.first_at < '2026-06-15 12:30:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                                         ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_13
--                                                                               Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                                   ->  Result
--                                                                         One-Time Filter: (((unit_2.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_2.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_2.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                                         ->  Index Scan using rollup_minute_pkey on rollup_minute r_14
--                                                                               Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
--     InitPlan 17
--       ->  Aggregate
--             ->  Subquery Scan on part
--                   ->  Sort
--                         Sort Key: (sum("*SELECT* 1_6".cost_usd)) DESC NULLS LAST, s.model
--                         ->  GroupAggregate
--                               Group Key: s.model
--                               Filter: (sum("*SELECT* 1_6".llm_calls) > '0'::numeric)
--                               ->  Sort
--                                     Sort Key: s.model
--                                     ->  Nested Loop
--                                           ->  Index Scan using series_cube on series s
--                                                 Index Cond: ((team_id = 'red'::text) AND (cube = 'project_model'::text))
--                                                 Filter: (project = 'project-1'::text)
--                                           ->  Append
--                                                 ->  Subquery Scan on "*SELECT* 1_6"
--                                                       ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_16
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                 ->  Subquery Scan on "*SELECT* 2_4"
--                                                       ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_17
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                 ->  Subquery Scan on "*SELECT* 3_1"
--                                                       ->  Index Scan using rollup_day_pkey on rollup_day r_18
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                 ->  Subquery Scan on "*SELECT* 4_1"
--                                                       ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_19
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 120) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                 ->  Subquery Scan on "*SELECT* 5_1"
--                                                       ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_20
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                 ->  Subquery Scan on "*SELECT* 6_1"
--                                                       ->  Index Scan using rollup_minute_pkey on rollup_minute r_21
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))


select (select coalesce(json_agg(part), '[]') from (select sum(r.llm_calls) as "llm_calls", sum(r.llm_errors) as "llm_errors", sum(r.unpriced_calls) as "unpriced_calls", sum(r.estimated_calls) as "estimated_calls", sum(r.input_tokens) as "input_tokens", sum(r.output_tokens) as "output_tokens", sum(r.cache_read_tokens) as "cache_read_tokens", coalesce(sum(r.cache_write_5m_tokens), 0) + coalesce(sum(r.cache_write_1h_tokens), 0) as "cache_write_tokens", sum(r.reasoning_tokens) as "reasoning_tokens", round(sum(r.cost_usd), 6) as "cost_usd", round(sum(r.llm_us) / nullif(sum(r.llm_timed), 0) / 1000, 3) as "avg_llm_ms", sum(r.tool_calls) as "tool_calls", sum(r.tool_errors) as "tool_errors", round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as "avg_tool_ms", sum(r.service_calls) as "service_calls", sum(r.git_commits) as "git_commits", max(r.memory_peak) as "memory_peak", sum(r.cost_usd)::text as exact_cost from "series" s cross join lateral (select r.* from "rollup_quarter" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $2::timestamptz and r.bucket < $3::timestamptz union all select r.* from "rollup_day" r where r.team_id = $4 and r.series_id = s.series_id and r.grain = 1440 and r.bucket >= $5::timestamptz and r.bucket < $6::timestamptz union all select r.* from "rollup_quarter" r where r.team_id = $7 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $8::timestamptz and r.bucket < $9::timestamptz union all select r.* from "rollup_minute" r where r.team_id = $10 and r.series_id = s.series_id and r.grain = 1 and r.bucket >= $11::timestamptz and r.bucket < $12::timestamptz) r
  where s.team_id = $13 and s.cube = $14 and s.session_id is null and s.task_id is null and s.run_id is null and "s"."project" = $15) as part) as "totals",
  (select coalesce(json_agg(part), '[]') from (
  select s.tool, sum(r.tool_calls) as calls, sum(r.tool_errors) as errors,
  round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as avg_ms
  from "series" s cross join lateral (select r.* from "rollup_quarter" r where r.team_id = $16 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $17::timestamptz and r.bucket < $18::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $19 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $20::timestamptz and r.bucket < $21::timestamptz union all select r.* from "rollup_day" r where r.team_id = $22 and r.series_id = s.series_id and r.grain = 1440 and r.bucket >= $23::timestamptz and r.bucket < $24::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $25 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $26::timestamptz and r.bucket < $27::timestamptz union all select r.* from "rollup_quarter" r where r.team_id = $28 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $29::timestamptz and r.bucket < $30::timestamptz union all select r.* from "rollup_minute" r where r.team_id = $31 and r.series_id = s.series_id and r.grain = 1 and r.bucket >= $32::timestamptz and r.bucket < $33::timestamptz) r
  where s.team_id = $34 and s.cube = $35 and s.session_id is null and s.task_id is null and s.run_id is null and "s"."project" = $36
  group by s.tool having sum(r.tool_calls) > 0 order by sum(r.tool_calls) desc, s.tool) as part) as "tools",
  (select coalesce(json_agg(part), '[]') from (select sum(r.llm_calls) as "llm_calls", sum(r.llm_errors) as "llm_errors", sum(r.unpriced_calls) as "unpriced_calls", sum(r.estimated_calls) as "estimated_calls", sum(r.input_tokens) as "input_tokens", sum(r.output_tokens) as "output_tokens", sum(r.cache_read_tokens) as "cache_read_tokens", coalesce(sum(r.cache_write_5m_tokens), 0) + coalesce(sum(r.cache_write_1h_tokens), 0) as "cache_write_tokens", sum(r.reasoning_tokens) as "reasoning_tokens", round(sum(r.cost_usd), 6) as "cost_usd", round(sum(r.llm_us) / nullif(sum(r.llm_timed), 0) / 1000, 3) as "avg_llm_ms", sum(r.tool_calls) as "tool_calls", sum(r.tool_errors) as "tool_errors", round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as "avg_tool_ms", sum(r.service_calls) as "service_calls", sum(r.git_commits) as "git_commits", max(r.memory_peak) as "memory_peak", sum(r.cost_usd)::text as exact_cost from "series" s cross join lateral (select r.* from "rollup_quarter" r where r.team_id = $37 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $38::timestamptz and r.bucket < $39::timestamptz union all select r.* from "rollup_day" r where r.team_id = $40 and r.series_id = s.series_id and r.grain = 1440 and r.bucket >= $41::timestamptz and r.bucket < $42::timestamptz union all select r.* from "rollup_quarter" r where r.team_id = $43 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $44::timestamptz and r.bucket < $45::timestamptz) r
  where s.team_id = $46 and s.cube = $47 and s.session_id is null and s.task_id is null and s.run_id is null and "s"."project" = $48) as part) as "before",
  (select coalesce(json_agg(part), '[]') from (select (select (select count(*) from "key_narrow_total" t where t.team_id = $49 and t.dim = 'session_id' and t.narrow_by = 'project' and t.narrow_to = $50 and "t"."last_at" >= $51::timestamptz and "t"."first_at" < $52::timestamptz and ("t"."first_at" >= $53::timestamptz and "t"."last_at" < $54::timestamptz)) + (select count(*) from (select t.id from "key_narrow_total" t where t.team_id = $55 and t.dim = 'session_id' and t.narrow_by = 'project' and t.narrow_to = $56 and "t"."last_at" >= $57::timestamptz and "t"."last_at" < 'infinity' and "t"."first_at" < $58::timestamptz and (not "t"."loose" and ("t"."first_at" >= $59::timestamptz or "t"."last_at" < $60::timestamptz)) union all select t.id from "key_narrow_total" t where t.team_id = $61 and t.dim = 'session_id' and t.narrow_by = 'project' and t.narrow_to = $62 and "t"."last_at" >= $63::timestamptz and "t"."last_at" < $64::timestamptz and "t"."first_at" < $65::timestamptz and (not "t"."loose" and ("t"."first_at" >= $66::timestamptz or "t"."last_at" < $67::timestamptz))) t)
  + (select count(*) from (select t.id from "key_narrow_total" t where t.team_id = $68 and t.dim = 'session_id' and t.narrow_by = 'project' and t.narrow_to = $69 and "t"."last_at" >= $70::timestamptz and "t"."last_at" < 'infinity' and "t"."first_at" < $71::timestamptz and not (not "t"."loose" and ("t"."first_at" >= $72::timestamptz or "t"."last_at" < $73::timestamptz)) union all select t.id from "key_narrow_total" t where t.team_id = $74 and t.dim = 'session_id' and t.narrow_by = 'project' and t.narrow_to = $75 and "t"."last_at" >= $76::timestamptz and "t"."last_at" < $77::timestamptz and "t"."first_at" < $78::timestamptz and not (not "t"."loose" and ("t"."first_at" >= $79::timestamptz or "t"."last_at" < $80::timestamptz))) t
  where exists (select from (
  select u.* from unit_total u
  where u.team_id = $81 and u.cube = 'unit' and "u"."project" = $82 and "u"."session_id" = t.id and "u"."last_day" >= $83::date and "u"."last_at" >= $84::timestamptz and "u"."first_at" < $85::timestamptz offset 0) u where exists (select from (select "u"."records", "u"."llm_calls" where ("u"."first_at" >= $86::timestamptz and "u"."last_at" < $87::timestamptz) union all select * from (select "r"."records", "r"."llm_calls" from "rollup_quarter" r where r.team_id = $88 and r.series_id = "u"."series_id" and r.grain = 15 and r.bucket >= $89::timestamptz and r.bucket < $90::timestamptz and not ("u"."first_at" >= $91::timestamptz and "u"."last_at" < $92::timestamptz) and "u"."first_at" < $93::timestamptz and "u"."last_at" >= $94::timestamptz union all select "r"."records", "r"."llm_calls" from "rollup_two_hours" r where r.team_id = $95 and r.series_id = "u"."series_id" and r.grain = 120 and r.bucket >= $96::timestamptz and r.bucket < $97::timestamptz and not ("u"."first_at" >= $98::timestamptz and "u"."last_at" < $99::timestamptz) and "u"."first_at" < $100::timestamptz and "u"."last_at" >= $101::timestamptz union all select "r"."records", "r"."llm_calls" from "rollup_day" r where r.team_id = $102 and r.series_id = "u"."series_id" and r.grain = 1440 and r.bucket >= $103::timestamptz and r.bucket < $104::timestamptz and not ("u"."first_at" >= $105::timestamptz and "u"."last_at" < $106::timestamptz) and "u"."first_at" < $107::timestamptz and "u"."last_at" >= $108::timestamptz union all select "r"."records", "r"."llm_calls" from "rollup_two_hours" r where r.team_id = $109 and r.series_id = "u"."series_id" and r.grain = 120 and r.bucket >= $110::timestamptz and r.bucket < $111::timestamptz and not ("u"."first_at" >= $112::timestamptz and "u"."last_at" < $113::timestamptz) and "u"."first_at" < $114::timestamptz and "u"."last_at" >= $115::timestamptz union all select "r"."records", "r"."llm_calls" from "rollup_quarter" r where r.team_id = $116 and r.series_id = "u"."series_id" and r.grain = 15 and r.bucket >= $117::timestamptz and r.bucket < $118::timestamptz and not ("u"."first_at" >= $119::timestamptz and "u"."last_at" < $120::timestamptz) and "u"."first_at" < $121::timestamptz and "u"."last_at" >= $122::timestamptz) r) r where ("r"."records" > 0 or "r"."llm_calls" > 0))))) as sessions) as part) as "sessions";

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
--                               Filter: (sum("*SELECT* 1_1".tool_calls) > '0'::numeric)
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
--                                               Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (narrow_by = 'project'::text) AND (narrow_to = 'project-1'::text) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at < 'infinity'::timestamp with time zone) AND (first_at < '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                               Filter: ((NOT loose) AND ((first_at >= '2026-06-01 12:30:00+00'::timestamp with time zone) OR (last_at < '2026-06-08 12:30:00+00'::timestamp with time zone)))
--                                   ->  Subquery Scan on "*SELECT* 2_3"
--                                         ->  Index Scan using key_narrow_total_newest on key_narrow_total t_3
--                                               Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (narrow_by = 'project'::text) AND (narrow_to = 'project-1'::text) AND (last_at >= '2026-06-01 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-08 12:30:00+00'::timestamp with time zone) AND (first_at < '2026-06-01 12:30:00+00'::timestamp with time zone))
--                                               Filter: (NOT loose)
--                     InitPlan 8
--                       ->  Aggregate
--                             ->  Append
--                                   ->  Subquery Scan on "*SELECT* 1_6"
--                                         Filter: EXISTS(SubPlan 7)
--                                         ->  Index Scan using key_narrow_total_newest on key_narrow_total t_5
--                                               Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (narrow_by = 'project'::text) AND (narrow_to = 'project-1'::text) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at < 'infinity'::timestamp with time zone) AND (first_at < '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                               Filter: (loose OR ((first_at < '2026-06-01 12:30:00+00'::timestamp with time zone) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone)))
--                                         SubPlan 7
--                                           ->  Subquery Scan on u
--                                                 Filter: EXISTS(SubPlan 6)
--                                                 ->  Index Scan using unit_total_run on unit_total u_1
--                                                       Index Cond: ((team_id = 'red'::text) AND (cube = 'unit'::text) AND (last_day >= '2026-06-01'::date))
--                                                       Filter: ((last_at >= '2026-06-01 12:30:00+00'::timestamp with time zone) AND (first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) AND (project = 'project-1'::text) AND (session_id = "*SELECT* 1_6".id))
--                                                 SubPlan 6
--                                                   ->  Append
--                                                         ->  Subquery Scan on "*SELECT* 1_4"
--                                                               ->  Result
--                                                                     One-Time Filter: ((u.first_at >= '2026-06-01 12:30:00+00'::timestamp with time zone) AND (u.last_at < '2026-06-08 12:30:00+00'::timestamp with time zone) AND ((u.records > 0) OR (u.llm_calls > 0)))
--                                                         ->  Subquery Scan on "*SELECT* 1_5"
--                                                               ->  Result
--                                                                     One-Time Filter: (((u.first_at < '2026-06-01 12:30:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-01 14:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-01 12:30:00+00'::timestamp with time zone))
--                                                                     ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_17
--                                                                           Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 15) AND (bucket >= '2026-06-01 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-01 14:00:00+00'::timestamp with time zone))
--                                                                           Filter: ((records > 0) OR (llm_calls > 0))
--                                                         ->  Subquery Scan on "*SELECT* 2_4"
--                                                               ->  Result
--                                                                     One-Time Filter: (((u.first_at < '2026-06-01 12:30:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-02 00:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-01 14:00:00+00'::timestamp with time zone))
--                                                                     ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_18
--                                                                           Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 120) AND (bucket >= '2026-06-01 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-02 00:00:00+00'::timestamp with time zone))
--                                                                           Filter: ((records > 0) OR (llm_calls > 0))
--                                                         ->  Subquery Scan on "*SELECT* 3_3"
--                                                               ->  Result
--                                                                     One-Time Filter: (((u.first_at < '2026-06-01 12:30:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-08 00:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-02 00:00:00+00'::timestamp with time zone))
--                                                                     ->  Index Scan using rollup_day_pkey on rollup_day r_19
--                                                                           Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 1440) AND (bucket >= '2026-06-02 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 00:00:00+00'::timestamp with time zone))
--                                                                           Filter: ((records > 0) OR (llm_calls > 0))
--                                                         ->  Subquery Scan on "*SELECT* 4_2"
--                                                               ->  Result
--                                                                     One-Time Filter: (((u.first_at < '2026-06-01 12:30:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-08 12:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-08 00:00:00+00'::timestamp with time zone))
--                                                                     ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_20
--                                                                           Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 12:00:00+00'::timestamp with time zone))
--                                                                           Filter: ((records > 0) OR (llm_calls > 0))
--                                                         ->  Subquery Scan on "*SELECT* 5_1"
--                                                               ->  Result
--                                                                     One-Time Filter: (((u.first_at < '2026-06-01 12:30:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-08 12:00:00+00'::timestamp with time zone))
--                                                                     ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_21
--                                                                           Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                                           Filter: ((records > 0) OR (llm_calls > 0))
--                                   ->  Subquery Scan on "*SELECT* 2_5"
--                                         Filter: EXISTS(SubPlan 7)
--                                         ->  Index Scan using key_narrow_total_newest on key_narrow_total t_6
--                                               Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (narrow_by = 'project'::text) AND (narrow_to = 'project-1'::text) AND (last_at >= '2026-06-01 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-08 12:30:00+00'::timestamp with time zone) AND (first_at < '2026-06-01 12:30:00+00'::timestamp with time zone))
--                                               Filter: (loose OR ((first_at < '2026-06-01 12:30:00+00'::timestamp with time zone) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone)))
--             ->  Result
