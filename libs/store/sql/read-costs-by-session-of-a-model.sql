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
  select * from best union all
  select t.id as key, sum("r"."llm_calls") as "llm_calls", sum("r"."unpriced_calls") as "unpriced_calls", sum("r"."input_tokens") as "input_tokens", sum("r"."output_tokens") as "output_tokens", sum("r"."cost_usd") as "cost_usd"
  from (select t.id from "key_model_total" t where t.team_id = $44 and t.dim = 'session_id' and "t"."model" = $45 and "t"."last_at" >= $46::timestamptz and "t"."last_at" < 'infinity' and "t"."first_at" < $47::timestamptz and ((select case when count(cost_usd) = $48 then min(cost_usd) end from "best") is null or t.cost_usd >= (select case when count(cost_usd) = $49 then min(cost_usd) end from "best")) and "t"."llm_calls" > 0 union all select t.id from "key_model_total" t where t.team_id = $50 and t.dim = 'session_id' and "t"."model" = $51 and "t"."last_at" >= $52::timestamptz and "t"."last_at" < $53::timestamptz and "t"."first_at" < $54::timestamptz and ((select case when count(cost_usd) = $55 then min(cost_usd) end from "best") is null or t.cost_usd >= (select case when count(cost_usd) = $56 then min(cost_usd) end from "best")) and "t"."llm_calls" > 0) t
  cross join lateral (
  select u.* from unit_total u
  where u.team_id = $57 and u.cube = 'unit_model' and "u"."model" = $58 and "u"."session_id" = t.id and "u"."last_at" >= $59::timestamptz and "u"."first_at" < $60::timestamptz and "u"."llm_calls" > 0 offset 0) u
  cross join lateral (select "u"."llm_calls", "u"."unpriced_calls", "u"."input_tokens", "u"."output_tokens", "u"."cost_usd" where ("u"."first_at" >= $61::timestamptz and "u"."last_at" < $62::timestamptz) union all select * from (select "r"."llm_calls", "r"."unpriced_calls", "r"."input_tokens", "r"."output_tokens", "r"."cost_usd" from "rollup_quarter" r where r.team_id = $63 and r.series_id = "u"."series_id" and r.grain = 15 and r.bucket >= $64::timestamptz and r.bucket < $65::timestamptz and not ("u"."first_at" >= $66::timestamptz and "u"."last_at" < $67::timestamptz) and "u"."first_at" < $68::timestamptz and "u"."last_at" >= $69::timestamptz union all select "r"."llm_calls", "r"."unpriced_calls", "r"."input_tokens", "r"."output_tokens", "r"."cost_usd" from "rollup_two_hours" r where r.team_id = $70 and r.series_id = "u"."series_id" and r.grain = 120 and r.bucket >= $71::timestamptz and r.bucket < $72::timestamptz and not ("u"."first_at" >= $73::timestamptz and "u"."last_at" < $74::timestamptz) and "u"."first_at" < $75::timestamptz and "u"."last_at" >= $76::timestamptz union all select "r"."llm_calls", "r"."unpriced_calls", "r"."input_tokens", "r"."output_tokens", "r"."cost_usd" from "rollup_day" r where r.team_id = $77 and r.series_id = "u"."series_id" and r.grain = 1440 and r.bucket >= $78::timestamptz and r.bucket < $79::timestamptz and not ("u"."first_at" >= $80::timestamptz and "u"."last_at" < $81::timestamptz) and "u"."first_at" < $82::timestamptz and "u"."last_at" >= $83::timestamptz union all select "r"."llm_calls", "r"."unpriced_calls", "r"."input_tokens", "r"."output_tokens", "r"."cost_usd" from "rollup_two_hours" r where r.team_id = $84 and r.series_id = "u"."series_id" and r.grain = 120 and r.bucket >= $85::timestamptz and r.bucket < $86::timestamptz and not ("u"."first_at" >= $87::timestamptz and "u"."last_at" < $88::timestamptz) and "u"."first_at" < $89::timestamptz and "u"."last_at" >= $90::timestamptz union all select "r"."llm_calls", "r"."unpriced_calls", "r"."input_tokens", "r"."output_tokens", "r"."cost_usd" from "rollup_quarter" r where r.team_id = $91 and r.series_id = "u"."series_id" and r.grain = 15 and r.bucket >= $92::timestamptz and r.bucket < $93::timestamptz and not ("u"."first_at" >= $94::timestamptz and "u"."last_at" < $95::timestamptz) and "u"."first_at" < $96::timestamptz and "u"."last_at" >= $97::timestamptz union all select "r"."llm_calls", "r"."unpriced_calls", "r"."input_tokens", "r"."output_tokens", "r"."cost_usd" from "rollup_minute" r where r.team_id = $98 and r.series_id = "u"."series_id" and r.grain = 1 and r.bucket >= $99::timestamptz and r.bucket < $100::timestamptz and not ("u"."first_at" >= $101::timestamptz and "u"."last_at" < $102::timestamptz) and "u"."first_at" < $103::timestamptz and "u"."last_at" >= $104::timestamptz) r) r
  group by t.id
  having sum(r.llm_calls) > 0 union all
  select key, sum("r"."llm_calls") as "llm_calls", sum("r"."unpriced_calls") as "unpriced_calls", sum("r"."input_tokens") as "input_tokens", sum("r"."output_tokens") as "output_tokens", sum("r"."cost_usd") as "cost_usd" from (
  with unit as materialized (
  select "t"."session_id" as key, "t"."llm_calls", "t"."unpriced_calls", "t"."input_tokens", "t"."output_tokens", "t"."cost_usd", t.series_id, t.first_at, t.last_at, ("t"."first_at" >= $105::timestamptz and "t"."last_at" < $106::timestamptz) as within
  from (select * from unit_total t where t.team_id = $107 and t.cube = 'unit_model' and "t"."model" = $108 and "t"."session_id" is null offset 0) t where "t"."last_at" >= $109::timestamptz and "t"."first_at" < $110::timestamptz)
  select key, "unit"."llm_calls", "unit"."unpriced_calls", "unit"."input_tokens", "unit"."output_tokens", "unit"."cost_usd" from unit where within
  union all
  select key, "r"."llm_calls", "r"."unpriced_calls", "r"."input_tokens", "r"."output_tokens", "r"."cost_usd" from unit cross join lateral (select "unit"."llm_calls", "unit"."unpriced_calls", "unit"."input_tokens", "unit"."output_tokens", "unit"."cost_usd" where ("unit"."first_at" >= $111::timestamptz and "unit"."last_at" < $112::timestamptz) union all select * from (select "r"."llm_calls", "r"."unpriced_calls", "r"."input_tokens", "r"."output_tokens", "r"."cost_usd" from "rollup_quarter" r where r.team_id = $113 and r.series_id = "unit"."series_id" and r.grain = 15 and r.bucket >= $114::timestamptz and r.bucket < $115::timestamptz and not ("unit"."first_at" >= $116::timestamptz and "unit"."last_at" < $117::timestamptz) and "unit"."first_at" < $118::timestamptz and "unit"."last_at" >= $119::timestamptz union all select "r"."llm_calls", "r"."unpriced_calls", "r"."input_tokens", "r"."output_tokens", "r"."cost_usd" from "rollup_two_hours" r where r.team_id = $120 and r.series_id = "unit"."series_id" and r.grain = 120 and r.bucket >= $121::timestamptz and r.bucket < $122::timestamptz and not ("unit"."first_at" >= $123::timestamptz and "unit"."last_at" < $124::timestamptz) and "unit"."first_at" < $125::timestamptz and "unit"."last_at" >= $126::timestamptz union all select "r"."llm_calls", "r"."unpriced_calls", "r"."input_tokens", "r"."output_tokens", "r"."cost_usd" from "rollup_day" r where r.team_id = $127 and r.series_id = "unit"."series_id" and r.grain = 1440 and r.bucket >= $128::timestamptz and r.bucket < $129::timestamptz and not ("unit"."first_at" >= $130::timestamptz and "unit"."last_at" < $131::timestamptz) and "unit"."first_at" < $132::timestamptz and "unit"."last_at" >= $133::timestamptz union all select "r"."llm_calls", "r"."unpriced_calls", "r"."input_tokens", "r"."output_tokens", "r"."cost_usd" from "rollup_two_hours" r where r.team_id = $134 and r.series_id = "unit"."series_id" and r.grain = 120 and r.bucket >= $135::timestamptz and r.bucket < $136::timestamptz and not ("unit"."first_at" >= $137::timestamptz and "unit"."last_at" < $138::timestamptz) and "unit"."first_at" < $139::timestamptz and "unit"."last_at" >= $140::timestamptz union all select "r"."llm_calls", "r"."unpriced_calls", "r"."input_tokens", "r"."output_tokens", "r"."cost_usd" from "rollup_quarter" r where r.team_id = $141 and r.series_id = "unit"."series_id" and r.grain = 15 and r.bucket >= $142::timestamptz and r.bucket < $143::timestamptz and not ("unit"."first_at" >= $144::timestamptz and "unit"."last_at" < $145::timestamptz) and "unit"."first_at" < $146::timestamptz and "unit"."last_at" >= $147::timestamptz union all select "r"."llm_calls", "r"."unpriced_calls", "r"."input_tokens", "r"."output_tokens", "r"."cost_usd" from "rollup_minute" r where r.team_id = $148 and r.series_id = "unit"."series_id" and r.grain = 1 and r.bucket >= $149::timestamptz and r.bucket < $150::timestamptz and not ("unit"."first_at" >= $151::timestamptz and "unit"."last_at" < $152::timestamptz) and "unit"."first_at" < $153::timestamptz and "unit"."last_at" >= $154::timestamptz) r) r where not within) r group by key having sum(r.llm_calls) > 0) as unit
  order by cost_usd desc nulls last, llm_calls desc nulls last, key limit $155) as part) as "groups";

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
--     InitPlan 10
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
--                                                 Group Key: t_9.id
--                                                 Filter: (sum((u.llm_calls)) > '0'::numeric)
--                                                 ->  Sort
--                                                       Sort Key: t_9.id
--                                                       ->  Nested Loop
--                                                             ->  Nested Loop
--                                                                   ->  Append
--                                                                         ->  Index Scan using key_model_total_newest on key_model_total t_9
--                                                                               Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (model = 'large'::text) AND (last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone) AND (last_at < 'infinity'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                                               Filter: ((((InitPlan 5).col1 IS NULL) OR (cost_usd >= (InitPlan 6).col1)) AND (llm_calls > 0))
--                                                                               InitPlan 5
--                                                                                 ->  Aggregate
--                                                                                       ->  CTE Scan on best
--                                                                               InitPlan 6
--                                                                                 ->  Aggregate
--                                                                                       ->  CTE Scan on best best_1
--                                                                         ->  Index Scan using key_model_total_newest on key_model_total t_10
--                                                                               Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (model = 'large'::text) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                                               Filter: ((((InitPlan 7).col1 IS NULL) OR (cost_usd >= (InitPlan 8).col1)) AND (llm_calls > 0))
--                                                                               InitPlan 7
--                                                                                 ->  Aggregate
--                                                                                       ->  CTE Scan on best best_2
--                                                                               InitPlan 8
--                                                                                 ->  Aggregate
--                                                                                       ->  CTE Scan on best best_3
--                                                                   ->  Index Scan using unit_total_model on unit_total u
--                                                                         Index Cond: ((team_id = 'red'::text) AND (model = 'large'::text))
--                                                                         Filter: ((last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (llm_calls > 0) AND (session_id = t_9.id))
--                                                             ->  Memoize
--                                                                   Cache Key: u.llm_calls, u.unpriced_calls, u.input_tokens, u.output_tokens, u.cost_usd, u.first_at, u.last_at, u.series_id
--                                                                   Cache Mode: binary
--                                                                   ->  Append
--                                                                         ->  Result
--                                                                               One-Time Filter: ((u.first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (u.last_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                                         ->  Result
--                                                                               One-Time Filter: (((u.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-08 14:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                                               ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_8
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                                         ->  Result
--                                                                               One-Time Filter: (((u.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-09 00:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                                               ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_9
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                                         ->  Result
--                                                                               One-Time Filter: (((u.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-15 00:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                                               ->  Index Scan using rollup_day_pkey on rollup_day r_10
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                                         ->  Result
--                                                                               One-Time Filter: (((u.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-15 12:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                                               ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_11
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 120) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                                         ->  Result
--                                                                               One-Time Filter: (((u.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-15 12:30:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                                               ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_12
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                                         ->  Result
--                                                                               One-Time Filter: (((u.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                                               ->  Index Scan using rollup_minute_pkey on rollup_minute r_13
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                           ->  GroupAggregate
--                                                 Group Key: unit_1.key
--                                                 Filter: (sum(unit_1.llm_calls) > '0'::numeric)
--                                                 ->  Sort
--                                                       Sort Key: unit_1.key
--                                                       ->  Append
--                                                             CTE unit
--                                                               ->  Subquery Scan on t_6
--                                                                     Filter: ((t_6.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (t_6.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                                     ->  Index Scan using unit_total_model on unit_total t_7
--                                                                           Index Cond: ((team_id = 'red'::text) AND (model = 'large'::text))
--                                                                           Filter: (session_id IS NULL)
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
--                                                                               ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_15
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                                         ->  Result
--                                                                               One-Time Filter: (((unit_2.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_2.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_2.first_at < '2026-06-09 00:00:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                                               ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_16
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                                         ->  Result
--                                                                               One-Time Filter: (((unit_2.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_2.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_2.first_at < '2026-06-15 00:00:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                                               ->  Index Scan using rollup_day_pkey on rollup_day r_17
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                                         ->  Result
--                                                                               One-Time Filter: (((unit_2.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_2.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_2.first_at < '2026-06-15 12:00:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                                               ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_18
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 120) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                                         ->  Result
--                                                                               One-Time Filter: (((unit_2.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_2.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_2.first_at < '2026-06-15 12:30:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                                               ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_19
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                                         ->  Result
--                                                                               One-Time Filter: (((unit_2.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (unit_2.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (unit_2.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                                               ->  Index Scan using rollup_minute_pkey on rollup_minute r_20
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
