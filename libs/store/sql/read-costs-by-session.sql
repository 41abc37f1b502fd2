-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select (select coalesce(json_agg(part), '[]') from (select sum(r.llm_calls) as "llm_calls", sum(r.input_tokens) as "input_tokens", sum(r.output_tokens) as "output_tokens", round(sum(r.cost_usd), 6) as "cost_usd", sum(r.unpriced_calls) as "unpriced_calls", sum(r.estimated_calls) as "estimated_calls" from "series" s cross join lateral (select r.* from "rollup_quarter" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $2::timestamptz and r.bucket < $3::timestamptz union all select r.* from "rollup_day" r where r.team_id = $4 and r.series_id = s.series_id and r.grain = 1440 and r.bucket >= $5::timestamptz and r.bucket < $6::timestamptz union all select r.* from "rollup_quarter" r where r.team_id = $7 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $8::timestamptz and r.bucket < $9::timestamptz union all select r.* from "rollup_minute" r where r.team_id = $10 and r.series_id = s.series_id and r.grain = 1 and r.bucket >= $11::timestamptz and r.bucket < $12::timestamptz) r
  where s.team_id = $13 and s.cube = $14 and s.session_id is null and s.task_id is null and s.run_id is null) as part) as "totals",
  (select coalesce(json_agg(part), '[]') from (
  select key, round(cost_usd, 6) as cost, llm_calls as calls, unpriced_calls as unpriced,
  coalesce(input_tokens, 0) + coalesce(output_tokens, 0) as tokens
  from (with best as materialized ((select * from (select t.id as key, t.records, t.llm_calls, t.unpriced_calls, t.input_tokens, t.output_tokens, t.cost_usd from "key_total" t where t.team_id = $15 and t.dim = 'session_id' and "t"."last_at" >= $16::timestamptz and "t"."first_at" < $17::timestamptz and ("t"."first_at" >= $18::timestamptz and "t"."last_at" < $19::timestamptz) and t.llm_calls > 0 offset 0) t order by cost_usd desc nulls last, llm_calls desc nulls last, "key" limit $20))
  select * from best union all
  select t.id as key, sum(r.records) as records, sum(r.llm_calls) as llm_calls, sum(r.unpriced_calls) as unpriced_calls,
  sum(r.input_tokens) as input_tokens, sum(r.output_tokens) as output_tokens, sum(r.cost_usd) as cost_usd
  from (select t.id from "key_total" t where t.team_id = $21 and t.dim = 'session_id' and "t"."last_at" >= $22::timestamptz and "t"."first_at" < $23::timestamptz and ((select case when count(cost_usd) = $24 then min(cost_usd) end from "best") is null or t.cost_usd >= (select case when count(cost_usd) = $25 then min(cost_usd) end from "best")) union all select t.id from "key_total" t where t.team_id = $26 and t.dim = 'session_id' and "t"."last_at" >= $27::timestamptz and "t"."last_at" < $28::timestamptz and "t"."first_at" < $29::timestamptz and ((select case when count(cost_usd) = $30 then min(cost_usd) end from "best") is null or t.cost_usd >= (select case when count(cost_usd) = $31 then min(cost_usd) end from "best"))) t
  cross join lateral (
  select u.series_id, u.first_at, u.last_at from unit_total u where u.team_id = $32 and u.cube = 'unit' and "u"."session_id" = t.id offset 0) u
  cross join lateral (select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_quarter" r where r.team_id = $33 and r.series_id = "u"."series_id" and r.grain = 15 and r.bucket >= $34::timestamptz and r.bucket < $35::timestamptz and "u"."first_at" < $36::timestamptz and "u"."last_at" >= $37::timestamptz union all select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_two_hours" r where r.team_id = $38 and r.series_id = "u"."series_id" and r.grain = 120 and r.bucket >= $39::timestamptz and r.bucket < $40::timestamptz and "u"."first_at" < $41::timestamptz and "u"."last_at" >= $42::timestamptz union all select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_day" r where r.team_id = $43 and r.series_id = "u"."series_id" and r.grain = 1440 and r.bucket >= $44::timestamptz and r.bucket < $45::timestamptz and "u"."first_at" < $46::timestamptz and "u"."last_at" >= $47::timestamptz union all select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_two_hours" r where r.team_id = $48 and r.series_id = "u"."series_id" and r.grain = 120 and r.bucket >= $49::timestamptz and r.bucket < $50::timestamptz and "u"."first_at" < $51::timestamptz and "u"."last_at" >= $52::timestamptz union all select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_quarter" r where r.team_id = $53 and r.series_id = "u"."series_id" and r.grain = 15 and r.bucket >= $54::timestamptz and r.bucket < $55::timestamptz and "u"."first_at" < $56::timestamptz and "u"."last_at" >= $57::timestamptz union all select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_minute" r where r.team_id = $58 and r.series_id = "u"."series_id" and r.grain = 1 and r.bucket >= $59::timestamptz and r.bucket < $60::timestamptz and "u"."first_at" < $61::timestamptz and "u"."last_at" >= $62::timestamptz) r
  group by t.id
  having sum(r.records) > 0 or sum(r.llm_calls) > 0 union all select null::text as key, sum(r.records) as records, sum(r.llm_calls) as llm_calls, sum(r.unpriced_calls) as unpriced_calls,
  sum(r.input_tokens) as input_tokens, sum(r.output_tokens) as output_tokens, sum(r.cost_usd) as cost_usd from (
  with unit as materialized (
  select "t"."session_id" as key, t.records, t.llm_calls, t.unpriced_calls, t.input_tokens, t.output_tokens, t.cost_usd, t.series_id, t.first_at, t.last_at, ("t"."first_at" >= $63::timestamptz and "t"."last_at" < $64::timestamptz) as within
  from (select * from unit_total t where t.team_id = $65 and t.cube = 'unit' and "t"."session_id" is null ) t where "t"."last_at" >= $66::timestamptz and "t"."first_at" < $67::timestamptz)
  select key, records, llm_calls, unpriced_calls, input_tokens, output_tokens, cost_usd from unit where within
  union all
  select key, r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd
  from unit cross join lateral (select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_quarter" r where r.team_id = $68 and r.series_id = "unit"."series_id" and r.grain = 15 and r.bucket >= $69::timestamptz and r.bucket < $70::timestamptz and "unit"."first_at" < $71::timestamptz and "unit"."last_at" >= $72::timestamptz union all select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_two_hours" r where r.team_id = $73 and r.series_id = "unit"."series_id" and r.grain = 120 and r.bucket >= $74::timestamptz and r.bucket < $75::timestamptz and "unit"."first_at" < $76::timestamptz and "unit"."last_at" >= $77::timestamptz union all select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_day" r where r.team_id = $78 and r.series_id = "unit"."series_id" and r.grain = 1440 and r.bucket >= $79::timestamptz and r.bucket < $80::timestamptz and "unit"."first_at" < $81::timestamptz and "unit"."last_at" >= $82::timestamptz union all select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_two_hours" r where r.team_id = $83 and r.series_id = "unit"."series_id" and r.grain = 120 and r.bucket >= $84::timestamptz and r.bucket < $85::timestamptz and "unit"."first_at" < $86::timestamptz and "unit"."last_at" >= $87::timestamptz union all select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_quarter" r where r.team_id = $88 and r.series_id = "unit"."series_id" and r.grain = 15 and r.bucket >= $89::timestamptz and r.bucket < $90::timestamptz and "unit"."first_at" < $91::timestamptz and "unit"."last_at" >= $92::timestamptz union all select r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd from "rollup_minute" r where r.team_id = $93 and r.series_id = "unit"."series_id" and r.grain = 1 and r.bucket >= $94::timestamptz and r.bucket < $95::timestamptz and "unit"."first_at" < $96::timestamptz and "unit"."last_at" >= $97::timestamptz) r where not within) r having sum(r.records) > 0 or sum(r.llm_calls) > 0) as unit where llm_calls > 0
  order by cost_usd desc nulls last, llm_calls desc nulls last, key limit $98) as part) as "groups";

--   Result
--     InitPlan 1
--       ->  Aggregate
--             ->  Subquery Scan on part
--                   ->  Aggregate
--                         ->  Nested Loop
--                               ->  Index Scan using series_cube on series s
--                                     Index Cond: ((team_id = 'red'::text) AND (cube = 'team'::text))
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
--     InitPlan 8
--       ->  Aggregate
--             ->  Subquery Scan on part_1
--                   ->  Limit
--                         ->  Sort
--                               Sort Key: unit.cost_usd DESC NULLS LAST, unit.llm_calls DESC NULLS LAST, unit.key
--                               ->  Subquery Scan on unit
--                                     Filter: (unit.llm_calls > '0'::numeric)
--                                     ->  Append
--                                           CTE best
--                                             ->  Limit
--                                                   ->  Sort
--                                                         Sort Key: t.cost_usd DESC NULLS LAST, t.llm_calls DESC NULLS LAST, t.id
--                                                         ->  Index Scan using key_total_newest on key_total t
--                                                               Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                               Filter: (llm_calls > 0)
--                                           ->  Subquery Scan on "*SELECT* 1_1"
--                                                 ->  CTE Scan on best best_4
--                                           ->  GroupAggregate
--                                                 Group Key: t_3.id
--                                                 Filter: ((sum(r_6.records) > '0'::numeric) OR (sum(r_6.llm_calls) > '0'::numeric))
--                                                 ->  Sort
--                                                       Sort Key: t_3.id
--                                                       ->  Nested Loop
--                                                             ->  Nested Loop
--                                                                   ->  Append
--                                                                         ->  Index Scan using key_total_newest on key_total t_3
--                                                                               Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                                               Filter: (((InitPlan 3).col1 IS NULL) OR (cost_usd >= (InitPlan 4).col1))
--                                                                               InitPlan 3
--                                                                                 ->  Aggregate
--                                                                                       ->  CTE Scan on best
--                                                                               InitPlan 4
--                                                                                 ->  Aggregate
--                                                                                       ->  CTE Scan on best best_1
--                                                                         ->  Index Scan using key_total_newest on key_total t_4
--                                                                               Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (first_at < '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                                               Filter: (((InitPlan 5).col1 IS NULL) OR (cost_usd >= (InitPlan 6).col1))
--                                                                               InitPlan 5
--                                                                                 ->  Aggregate
--                                                                                       ->  CTE Scan on best best_2
--                                                                               InitPlan 6
--                                                                                 ->  Aggregate
--                                                                                       ->  CTE Scan on best best_3
--                                                                   ->  Index Scan using unit_total_run on unit_total u
--                                                                         Index Cond: ((team_id = 'red'::text) AND (cube = 'unit'::text))
--                                                                         Filter: (session_id = t_3.id)
--                                                             ->  Memoize
--                                                                   Cache Key: u.series_id, u.first_at, u.last_at
--                                                                   Cache Mode: binary
--                                                                   ->  Append
--                                                                         ->  Result
--                                                                               One-Time Filter: ((u.first_at < '2026-06-08 14:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                                               ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_6
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                                         ->  Result
--                                                                               One-Time Filter: ((u.first_at < '2026-06-09 00:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                                               ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_7
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                                         ->  Result
--                                                                               One-Time Filter: ((u.first_at < '2026-06-15 00:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                                               ->  Index Scan using rollup_day_pkey on rollup_day r_8
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                                         ->  Result
--                                                                               One-Time Filter: ((u.first_at < '2026-06-15 12:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                                               ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_9
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 120) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                                         ->  Result
--                                                                               One-Time Filter: ((u.first_at < '2026-06-15 12:30:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                                               ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_10
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                                         ->  Result
--                                                                               One-Time Filter: ((u.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                                               ->  Index Scan using rollup_minute_pkey on rollup_minute r_11
--                                                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                           ->  Aggregate
--                                                 Filter: ((sum(unit_1.records) > '0'::numeric) OR (sum(unit_1.llm_calls) > '0'::numeric))
--                                                 ->  Append
--                                                       CTE unit
--                                                         ->  Index Scan using unit_total_run on unit_total t_1
--                                                               Index Cond: ((team_id = 'red'::text) AND (cube = 'unit'::text))
--                                                               Filter: ((session_id IS NULL) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                       ->  CTE Scan on unit unit_1
--                                                             Filter: within
--                                                       ->  Nested Loop
--                                                             ->  CTE Scan on unit unit_2
--                                                                   Filter: (NOT within)
--                                                             ->  Append
--                                                                   ->  Result
--                                                                         One-Time Filter: ((unit_2.first_at < '2026-06-08 14:00:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                                                         ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_13
--                                                                               Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                                   ->  Result
--                                                                         One-Time Filter: ((unit_2.first_at < '2026-06-09 00:00:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                                         ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_14
--                                                                               Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                                   ->  Result
--                                                                         One-Time Filter: ((unit_2.first_at < '2026-06-15 00:00:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                                         ->  Index Scan using rollup_day_pkey on rollup_day r_15
--                                                                               Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                                   ->  Result
--                                                                         One-Time Filter: ((unit_2.first_at < '2026-06-15 12:00:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                                         ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_16
--                                                                               Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 120) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                                   ->  Result
--                                                                         One-Time Filter: ((unit_2.first_at < '2026-06-15 12:30:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                                         ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_17
--                                                                               Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                                   ->  Result
--                                                                         One-Time Filter: ((unit_2.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (unit_2.last_at >= '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                                         ->  Index Scan using rollup_minute_pkey on rollup_minute r_18
--                                                                               Index Cond: ((team_id = 'red'::text) AND (series_id = unit_2.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
