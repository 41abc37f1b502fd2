-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select (select coalesce(json_agg(part), '[]') from (select sum(r.llm_calls) as "llm_calls", sum(r.input_tokens) as "input_tokens", sum(r.output_tokens) as "output_tokens", round(sum(r.cost_usd), 6) as "cost_usd", sum(r.unpriced_calls) as "unpriced_calls", sum(r.estimated_calls) as "estimated_calls", sum(r.cost_usd)::text as exact_cost from "series" s cross join lateral (select r.* from "rollup_quarter" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $2::timestamptz and r.bucket < $3::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $4 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $5::timestamptz and r.bucket < $6::timestamptz union all select r.* from "rollup_day" r where r.team_id = $7 and r.series_id = s.series_id and r.grain = 1440 and r.bucket >= $8::timestamptz and r.bucket < $9::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $10 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $11::timestamptz and r.bucket < $12::timestamptz union all select r.* from "rollup_quarter" r where r.team_id = $13 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $14::timestamptz and r.bucket < $15::timestamptz union all select r.* from "rollup_minute" r where r.team_id = $16 and r.series_id = s.series_id and r.grain = 1 and r.bucket >= $17::timestamptz and r.bucket < $18::timestamptz) r
  where s.team_id = $19 and s.cube = $20 and s.session_id is null and s.task_id is null and s.run_id is null and "s"."model" = $21) as part) as "totals",
  (select coalesce(json_agg(part), '[]') from (
  select key, round(cost_usd, 6) as cost, llm_calls as calls, unpriced_calls as unpriced,
  coalesce(input_tokens, 0) + coalesce(output_tokens, 0) as tokens
  from (with best as materialized ((select t.key, "t"."llm_calls", "t"."unpriced_calls", "t"."input_tokens", "t"."output_tokens", "t"."cost_usd" from (select t.id as key, "t"."llm_calls", "t"."unpriced_calls", "t"."input_tokens", "t"."output_tokens", "t"."cost_usd", t.first_at, t.last_at from "key_model_total" t
  where t.team_id = $22 and t.dim = 'session_id' and "t"."model" = $23 and t.llm_calls > 0 and (select 4 * (least($24::timestamptz, max(t.last_at)) - greatest($25::timestamptz, min(t.last_at)))
  > max(t.last_at) - min(t.last_at) from "key_model_total" t where t.team_id = $26 and t.dim = 'session_id' and "t"."model" = $27) order by cost_usd desc nulls last, llm_calls desc nulls last, "key" offset 0) t where "t"."last_at" >= $28::timestamptz and "t"."first_at" < $29::timestamptz and ("t"."first_at" >= $30::timestamptz and "t"."last_at" < $31::timestamptz) limit $32) union all
  (select t.key, "t"."llm_calls", "t"."unpriced_calls", "t"."input_tokens", "t"."output_tokens", "t"."cost_usd" from (select t.id as key, "t"."llm_calls", "t"."unpriced_calls", "t"."input_tokens", "t"."output_tokens", "t"."cost_usd", t.first_at, t.last_at from "key_model_total" t
  where t.team_id = $33 and t.dim = 'session_id' and "t"."model" = $34 and t.llm_calls > 0 and (select 4 * (least($35::timestamptz, max(t.last_at)) - greatest($36::timestamptz, min(t.last_at)))
  > max(t.last_at) - min(t.last_at) from "key_model_total" t where t.team_id = $37 and t.dim = 'session_id' and "t"."model" = $38) is not true and "t"."last_at" >= $39::timestamptz and "t"."first_at" < $40::timestamptz and ("t"."first_at" >= $41::timestamptz and "t"."last_at" < $42::timestamptz) offset 0) t order by cost_usd desc nulls last, llm_calls desc nulls last, "key" limit $43))
  select * from best union all (with unit as materialized (
  select "u"."session_id" as key, "u"."llm_calls", "u"."unpriced_calls", "u"."input_tokens", "u"."output_tokens", "u"."cost_usd", "u"."series_id",
  "u"."first_at", coalesce("u"."last_call_at", case when "u"."llm_calls" is not null then "u"."last_at" end) as last_at, ("u"."first_at" >= $44::timestamptz and "u"."last_at" < $45::timestamptz) as within
  from (select u.* from unit_total u where u.team_id = $46 and u.cube = 'unit_model' and "u"."session_id" = any((select array_agg(t.id) from (select t.id from "key_model_total" t where t.team_id = $47 and t.dim = 'session_id' and "t"."model" = $48 and "t"."last_at" >= $49::timestamptz and "t"."last_at" < 'infinity' and "t"."first_at" < $50::timestamptz and ((select case when count(cost_usd) = $51 then min(cost_usd) end from "best") is null or t.cost_usd >= (select case when count(cost_usd) = $52 then min(cost_usd) end from "best")) and "t"."llm_calls" > 0 and coalesce("t"."last_call_at", case when "t"."llm_calls" is not null then "t"."last_at" end) >= $53::timestamptz union all select t.id from "key_model_total" t where t.team_id = $54 and t.dim = 'session_id' and "t"."model" = $55 and "t"."last_at" >= $56::timestamptz and "t"."last_at" < $57::timestamptz and "t"."first_at" < $58::timestamptz and ((select case when count(cost_usd) = $59 then min(cost_usd) end from "best") is null or t.cost_usd >= (select case when count(cost_usd) = $60 then min(cost_usd) end from "best")) and "t"."llm_calls" > 0 and coalesce("t"."last_call_at", case when "t"."llm_calls" is not null then "t"."last_at" end) >= $61::timestamptz) t)::text[]) and "u"."last_day" >= $62::date offset 0) u
  where "u"."model" = $63 and "u"."last_at" >= $64::timestamptz and "u"."first_at" < $65::timestamptz and "u"."llm_calls" > 0 and coalesce("u"."last_call_at", case when "u"."llm_calls" is not null then "u"."last_at" end) >= $66::timestamptz)
  select key, sum("r"."llm_calls") as "llm_calls", sum("r"."unpriced_calls") as "unpriced_calls", sum("r"."input_tokens") as "input_tokens", sum("r"."output_tokens") as "output_tokens", sum("r"."cost_usd") as "cost_usd" from (select key, "unit"."llm_calls", "unit"."unpriced_calls", "unit"."input_tokens", "unit"."output_tokens", "unit"."cost_usd" from unit where within union all
  select key, "r"."llm_calls", "r"."unpriced_calls", "r"."input_tokens", "r"."output_tokens", "r"."cost_usd" from unit cross join lateral (select "unit"."llm_calls", "unit"."unpriced_calls", "unit"."input_tokens", "unit"."output_tokens", "unit"."cost_usd" where ("unit"."first_at" >= $67::timestamptz and "unit"."last_at" < $68::timestamptz) union all select * from (select "r"."llm_calls", "r"."unpriced_calls", "r"."input_tokens", "r"."output_tokens", "r"."cost_usd" from "rollup_quarter" r where r.team_id = $69 and r.series_id = "unit"."series_id" and r.grain = 15 and r.bucket >= $70::timestamptz and r.bucket < $71::timestamptz and not ("unit"."first_at" >= $72::timestamptz and "unit"."last_at" < $73::timestamptz) and "unit"."first_at" < $74::timestamptz and "unit"."last_at" >= $75::timestamptz union all select "r"."llm_calls", "r"."unpriced_calls", "r"."input_tokens", "r"."output_tokens", "r"."cost_usd" from "rollup_two_hours" r where r.team_id = $76 and r.series_id = "unit"."series_id" and r.grain = 120 and r.bucket >= $77::timestamptz and r.bucket < $78::timestamptz and not ("unit"."first_at" >= $79::timestamptz and "unit"."last_at" < $80::timestamptz) and "unit"."first_at" < $81::timestamptz and "unit"."last_at" >= $82::timestamptz union all select "r"."llm_calls", "r"."unpriced_calls", "r"."input_tokens", "r"."output_tokens", "r"."cost_usd" from "rollup_day" r where r.team_id = $83 and r.series_id = "unit"."series_id" and r.grain = 1440 and r.bucket >= $84::timestamptz and r.bucket < $85::timestamptz and not ("unit"."first_at" >= $86::timestamptz and "unit"."last_at" < $87::timestamptz) and "unit"."first_at" < $88::timestamptz and "unit"."last_at" >= $89::timestamptz union all select "r"."llm_calls", "r"."unpriced_calls", "r"."input_tokens", "r"."output_tokens", "r"."cost_usd" from "rollup_two_hours" r where r.team_id = $90 and r.series_id = "unit"."series_id" and r.grain = 120 and r.bucket >= $91::timestamptz and r.bucket < $92::timestamptz and not ("unit"."first_at" >= $93::timestamptz and "unit"."last_at" < $94::timestamptz) and "unit"."first_at" < $95::timestamptz and "unit"."last_at" >= $96::timestamptz union all select "r"."llm_calls", "r"."unpriced_calls", "r"."input_tokens", "r"."output_tokens", "r"."cost_usd" from "rollup_quarter" r where r.team_id = $97 and r.series_id = "unit"."series_id" and r.grain = 15 and r.bucket >= $98::timestamptz and r.bucket < $99::timestamptz and not ("unit"."first_at" >= $100::timestamptz and "unit"."last_at" < $101::timestamptz) and "unit"."first_at" < $102::timestamptz and "unit"."last_at" >= $103::timestamptz union all select "r"."llm_calls", "r"."unpriced_calls", "r"."input_tokens", "r"."output_tokens", "r"."cost_usd" from "rollup_minute" r where r.team_id = $104 and r.series_id = "unit"."series_id" and r.grain = 1 and r.bucket >= $105::timestamptz and r.bucket < $106::timestamptz and not ("unit"."first_at" >= $107::timestamptz and "unit"."last_at" < $108::timestamptz) and "unit"."first_at" < $109::timestamptz and "unit"."last_at" >= $110::timestamptz) r) r where not within) r
  group by key having sum(r.llm_calls) > 0) union all (with unit as materialized (
  select "t"."session_id" as key, "t"."llm_calls", "t"."unpriced_calls", "t"."input_tokens", "t"."output_tokens", "t"."cost_usd", "t"."series_id",
  "t"."first_at", coalesce("t"."last_call_at", case when "t"."llm_calls" is not null then "t"."last_at" end) as last_at, ("t"."first_at" >= $111::timestamptz and "t"."last_at" < $112::timestamptz) as within from (select * from unit_total t where t.team_id = $113 and t.cube = 'unit_model' and "t"."model" = $114 and "t"."session_id" is null and "t"."last_day" >= $115::date offset 0) t where "t"."last_at" >= $116::timestamptz and "t"."first_at" < $117::timestamptz and "t"."llm_calls" > 0 and coalesce("t"."last_call_at", case when "t"."llm_calls" is not null then "t"."last_at" end) >= $118::timestamptz)
  select key, sum("r"."llm_calls") as "llm_calls", sum("r"."unpriced_calls") as "unpriced_calls", sum("r"."input_tokens") as "input_tokens", sum("r"."output_tokens") as "output_tokens", sum("r"."cost_usd") as "cost_usd" from (select key, "unit"."llm_calls", "unit"."unpriced_calls", "unit"."input_tokens", "unit"."output_tokens", "unit"."cost_usd" from unit where within union all
  select key, "r"."llm_calls", "r"."unpriced_calls", "r"."input_tokens", "r"."output_tokens", "r"."cost_usd" from unit cross join lateral (select "unit"."llm_calls", "unit"."unpriced_calls", "unit"."input_tokens", "unit"."output_tokens", "unit"."cost_usd" where ("unit"."first_at" >= $119::timestamptz and "unit"."last_at" < $120::timestamptz) union all select * from (select "r"."llm_calls", "r"."unpriced_calls", "r"."input_tokens", "r"."output_tokens", "r"."cost_usd" from "rollup_quarter" r where r.team_id = $121 and r.series_id = "unit"."series_id" and r.grain = 15 and r.bucket >= $122::timestamptz and r.bucket < $123::timestamptz and not ("unit"."first_at" >= $124::timestamptz and "unit"."last_at" < $125::timestamptz) and "unit"."first_at" < $126::timestamptz and "unit"."last_at" >= $127::timestamptz union all select "r"."llm_calls", "r"."unpriced_calls", "r"."input_tokens", "r"."output_tokens", "r"."cost_usd" from "rollup_two_hours" r where r.team_id = $128 and r.series_id = "unit"."series_id" and r.grain = 120 and r.bucket >= $129::timestamptz and r.bucket < $130::timestamptz and not ("unit"."first_at" >= $131::timestamptz and "unit"."last_at" < $132::timestamptz) and "unit"."first_at" < $133::timestamptz and "unit"."last_at" >= $134::timestamptz union all select "r"."llm_calls", "r"."unpriced_calls", "r"."input_tokens", "r"."output_tokens", "r"."cost_usd" from "rollup_day" r where r.team_id = $135 and r.series_id = "unit"."series_id" and r.grain = 1440 and r.bucket >= $136::timestamptz and r.bucket < $137::timestamptz and not ("unit"."first_at" >= $138::timestamptz and "unit"."last_at" < $139::timestamptz) and "unit"."first_at" < $140::timestamptz and "unit"."last_at" >= $141::timestamptz union all select "r"."llm_calls", "r"."unpriced_calls", "r"."input_tokens", "r"."output_tokens", "r"."cost_usd" from "rollup_two_hours" r where r.team_id = $142 and r.series_id = "unit"."series_id" and r.grain = 120 and r.bucket >= $143::timestamptz and r.bucket < $144::timestamptz and not ("unit"."first_at" >= $145::timestamptz and "unit"."last_at" < $146::timestamptz) and "unit"."first_at" < $147::timestamptz and "unit"."last_at" >= $148::timestamptz union all select "r"."llm_calls", "r"."unpriced_calls", "r"."input_tokens", "r"."output_tokens", "r"."cost_usd" from "rollup_quarter" r where r.team_id = $149 and r.series_id = "unit"."series_id" and r.grain = 15 and r.bucket >= $150::timestamptz and r.bucket < $151::timestamptz and not ("unit"."first_at" >= $152::timestamptz and "unit"."last_at" < $153::timestamptz) and "unit"."first_at" < $154::timestamptz and "unit"."last_at" >= $155::timestamptz union all select "r"."llm_calls", "r"."unpriced_calls", "r"."input_tokens", "r"."output_tokens", "r"."cost_usd" from "rollup_minute" r where r.team_id = $156 and r.series_id = "unit"."series_id" and r.grain = 1 and r.bucket >= $157::timestamptz and r.bucket < $158::timestamptz and not ("unit"."first_at" >= $159::timestamptz and "unit"."last_at" < $160::timestamptz) and "unit"."first_at" < $161::timestamptz and "unit"."last_at" >= $162::timestamptz) r) r where not within) r
  group by key having sum(r.llm_calls) > 0)) as unit
  order by cost_usd desc nulls last, llm_calls desc nulls last, key limit $163) as part) as "groups";

--   Result
--     InitPlan 1
--       ->  Aggregate
--             ->  Subquery Scan on part
--                   ->  Aggregate
--                         ->  Nested Loop
--                               ->  Index Scan using series_cube on series s
--                                     Index Cond: ((team_id = 'red'::text) AND (cube = 'model'::text))
--                                     Filter: (model = 'large'::text)
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
--     InitPlan 12
--       ->  Aggregate
--             ->  Subquery Scan on part_1
--                   ->  Limit
--                         ->  Sort
--                               Sort Key: unit.cost_usd DESC NULLS LAST, unit.llm_calls DESC NULLS LAST, unit.key
--                               ->  Subquery Scan on unit
--                                     ->  Append
--                                           CTE best
--                                             ->  Append
--                                                   ->  Limit
--                                                         ->  Subquery Scan on t_2
--                                                               Filter: ((t_2.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (t_2.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (t_2.first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (t_2.last_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                               ->  Result
--                                                                     One-Time Filter: (InitPlan 2).col1
--                                                                     InitPlan 2
--                                                                       ->  Aggregate
--                                                                             ->  Index Only Scan using key_model_total_newest on key_model_total t
--                                                                                   Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (model = 'large'::text))
--                                                                     ->  Index Scan using key_model_total_cost on key_model_total t_3
--                                                                           Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (model = 'large'::text) AND (llm_calls > 0))
--                                                   ->  Limit
--                                                         ->  Sort
--                                                               Sort Key: t_4.cost_usd DESC NULLS LAST, t_4.llm_calls DESC NULLS LAST, t_4.key
--                                                               ->  Subquery Scan on t_4
--                                                                     ->  Result
--                                                                           One-Time Filter: ((InitPlan 3).col1 IS NOT TRUE)
--                                                                           InitPlan 3
--                                                                             ->  Aggregate
--                                                                                   ->  Index Only Scan using key_model_total_newest on key_model_total t_1
--                                                                                         Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (model = 'large'::text))
--                                                                           ->  Index Scan using key_model_total_newest on key_model_total t_5
--                                                                                 Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (model = 'large'::text) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                                                 Filter: (llm_calls > 0)
--                                           ->  Subquery Scan on "*SELECT* 1_2"
--                                                 ->  CTE Scan on best best_4
--                                           ->  GroupAggregate
--                                                 Group Key: unit_1.key
--                                                 Filter: (sum(unit_1.llm_calls) > '0'::numeric)
--                                                 CTE unit
--                                                   ->  Subquery Scan on u
--                                                         Filter: ((u.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (u.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (u.llm_calls > 0) AND (COALESCE(u.last_call_at, CASE WHEN (u.llm_calls IS NOT NULL) THEN u.last_at ELSE NULL::timestamp with time zone END) >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (u.model = 'large'::text))
--                                                         ->  Index Scan using unit_total_session on unit_total u_1
--                                                               Index Cond: ((team_id = 'red'::text) AND (cube = 'unit_model'::text) AND (session_id = ANY ((InitPlan 9).col1)) AND (last_day >= '2026-06-08'::date))
--                                                               InitPlan 9
--                                                                 ->  Aggregate
--                                                                       ->  Append
--                                                                             ->  Index Scan using key_model_total_newest on key_model_total t_7
--                                                                                   Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (model = 'large'::text) AND (last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone) AND (last_at < 'infinity'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                                                   Filter: ((((InitPlan 5).col1 IS NULL) OR (cost_usd >= (InitPlan 6).col1)) AND (llm_calls > 0) AND (COALESCE(last_call_at, CASE WHEN (llm_calls IS NOT NULL) THEN last_at ELSE NULL::timestamp with time zone END) >= '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                                                   InitPlan 5
--                                                                                     ->  Aggregate
--                                                                                           ->  CTE Scan on best
--                                                                                   InitPlan 6
--                                                                                     ->  Aggregate
--                                                                                           ->  CTE Scan on best best_1
--                                                                             ->  Index Scan using key_model_total_newest on key_model_total t_8
--                                                                                   Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (model = 'large'::text) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                                                   Filter: ((((InitPlan 7).col1 IS NULL) OR (cost_usd >= (InitPlan 8).col1)) AND (llm_calls > 0) AND (COALESCE(last_call_at, CASE WHEN (llm_calls IS NOT NULL) THEN last_at ELSE NULL::timestamp with time zone END) >= '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                                                   InitPlan 7
--                                                                                     ->  Aggregate
--                                                                                           ->  CTE Scan on best best_2
--                                                                                   InitPlan 8
--                                                                                     ->  Aggregate
--                                                                                           ->  CTE Scan on best best_3
--                                                 ->  Sort
--                                                       Sort Key: unit_1.key
--                                                       ->  Append
--                                                             ->  CTE Scan on unit unit_1
--                                                                   Filter: within
--                                                             ->  Nested Loop
--                                                                   ->  CTE Scan on unit unit_2
--                                                                         Filter: (NOT within)
--                                                                   ->  Append
--                                                                         ->  Result
--                                                                               One-Time Filter: ((unit_2.first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (unit_2.last_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                                         ->  Result
--                                                                               One-Time Filter: (((unit_2.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_2.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_2.first_at < '2026-06-08 14:00:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                                               ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_9
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                                         ->  Result
--                                                                               One-Time Filter: (((unit_2.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_2.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_2.first_at < '2026-06-09 00:00:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                                               ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_10
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                                         ->  Result
--                                                                               One-Time Filter: (((unit_2.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_2.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_2.first_at < '2026-06-15 00:00:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                                               ->  Index Scan using rollup_day_pkey on rollup_day r_11
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                                         ->  Result
--                                                                               One-Time Filter: (((unit_2.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_2.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_2.first_at < '2026-06-15 12:00:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                                               ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_12
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 120) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                                         ->  Result
--                                                                               One-Time Filter: (((unit_2.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_2.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_2.first_at < '2026-06-15 12:30:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                                               ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_13
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                                         ->  Result
--                                                                               One-Time Filter: (((unit_2.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_2.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_2.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                                               ->  Index Scan using rollup_minute_pkey on rollup_minute r_14
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                           ->  GroupAggregate
--                                                 Group Key: unit_3.key
--                                                 Filter: (sum(unit_3.llm_calls) > '0'::numeric)
--                                                 CTE unit
--                                                   ->  Subquery Scan on t_9
--                                                         Filter: ((t_9.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (t_9.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (t_9.llm_calls > 0) AND (COALESCE(t_9.last_call_at, CASE WHEN (t_9.llm_calls IS NOT NULL) THEN t_9.last_at ELSE NULL::timestamp with time zone END) >= '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                         ->  Index Scan using unit_total_model on unit_total t_10
--                                                               Index Cond: ((team_id = 'red'::text) AND (model = 'large'::text))
--                                                               Filter: ((session_id IS NULL) AND (last_day >= '2026-06-08'::date))
--                                                 ->  Sort
--                                                       Sort Key: unit_3.key
--                                                       ->  Append
--                                                             ->  CTE Scan on unit unit_3
--                                                                   Filter: within
--                                                             ->  Nested Loop
--                                                                   ->  CTE Scan on unit unit_4
--                                                                         Filter: (NOT within)
--                                                                   ->  Append
--                                                                         ->  Result
--                                                                               One-Time Filter: ((unit_4.first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (unit_4.last_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                                         ->  Result
--                                                                               One-Time Filter: (((unit_4.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_4.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_4.first_at < '2026-06-08 14:00:00+00'::timestamp with time zone) AND (unit_4.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                                               ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_17
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = unit_4.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                                         ->  Result
--                                                                               One-Time Filter: (((unit_4.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_4.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_4.first_at < '2026-06-09 00:00:00+00'::timestamp with time zone) AND (unit_4.last_at >= '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                                               ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_18
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = unit_4.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                                         ->  Result
--                                                                               One-Time Filter: (((unit_4.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_4.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_4.first_at < '2026-06-15 00:00:00+00'::timestamp with time zone) AND (unit_4.last_at >= '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                                               ->  Index Scan using rollup_day_pkey on rollup_day r_19
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = unit_4.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                                         ->  Result
--                                                                               One-Time Filter: (((unit_4.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_4.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_4.first_at < '2026-06-15 12:00:00+00'::timestamp with time zone) AND (unit_4.last_at >= '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                                               ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_20
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = unit_4.series_id) AND (grain = 120) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                                         ->  Result
--                                                                               One-Time Filter: (((unit_4.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_4.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_4.first_at < '2026-06-15 12:30:00+00'::timestamp with time zone) AND (unit_4.last_at >= '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                                               ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_21
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = unit_4.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                                         ->  Result
--                                                                               One-Time Filter: (((unit_4.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_4.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_4.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (unit_4.last_at >= '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                                               ->  Index Scan using rollup_minute_pkey on rollup_minute r_22
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = unit_4.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
