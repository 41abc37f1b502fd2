-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select (select coalesce(json_agg(part), '[]') from (select sum(r.llm_calls) as "llm_calls", sum(r.input_tokens) as "input_tokens", sum(r.output_tokens) as "output_tokens", round(sum(r.cost_usd), 6) as "cost_usd", sum(r.unpriced_calls) as "unpriced_calls", sum(r.estimated_calls) as "estimated_calls", sum(r.cost_usd)::text as exact_cost from "series" s cross join lateral (select r.* from "rollup_quarter" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $2::timestamptz and r.bucket < $3::timestamptz union all select r.* from "rollup_day" r where r.team_id = $4 and r.series_id = s.series_id and r.grain = 1440 and r.bucket >= $5::timestamptz and r.bucket < $6::timestamptz union all select r.* from "rollup_quarter" r where r.team_id = $7 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $8::timestamptz and r.bucket < $9::timestamptz union all select r.* from "rollup_minute" r where r.team_id = $10 and r.series_id = s.series_id and r.grain = 1 and r.bucket >= $11::timestamptz and r.bucket < $12::timestamptz) r
  where s.team_id = $13 and s.cube = $14 and s.session_id is null and s.task_id is null and s.run_id is null) as part) as "totals",
  (select coalesce(json_agg(part), '[]') from (
  select s."model" as key, round(sum(r.cost_usd), 6) as cost, sum(r.llm_calls) as calls,
  sum(r.unpriced_calls) as unpriced,
  coalesce(sum(r.input_tokens), 0) + coalesce(sum(r.output_tokens), 0) as tokens
  from "series" s cross join lateral (select r.* from "rollup_quarter" r where r.team_id = $15 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $16::timestamptz and r.bucket < $17::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $18 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $19::timestamptz and r.bucket < $20::timestamptz union all select r.* from "rollup_day" r where r.team_id = $21 and r.series_id = s.series_id and r.grain = 1440 and r.bucket >= $22::timestamptz and r.bucket < $23::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $24 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $25::timestamptz and r.bucket < $26::timestamptz union all select r.* from "rollup_quarter" r where r.team_id = $27 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $28::timestamptz and r.bucket < $29::timestamptz union all select r.* from "rollup_minute" r where r.team_id = $30 and r.series_id = s.series_id and r.grain = 1 and r.bucket >= $31::timestamptz and r.bucket < $32::timestamptz) r
  where s.team_id = $33 and s.cube = $34 and s.session_id is null and s.task_id is null and s.run_id is null and r.llm_calls is not null
  group by 1 having sum(r.llm_calls) > 0 order by sum(r.cost_usd) desc nulls last, sum(r.llm_calls) desc, 1 limit $35) as part) as "groups";

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
--     InitPlan 2
--       ->  Aggregate
--             ->  Subquery Scan on part_1
--                   ->  Limit
--                         ->  Sort
--                               Sort Key: (sum("*SELECT* 1_1".cost_usd)) DESC NULLS LAST, (sum("*SELECT* 1_1".llm_calls)) DESC, s_1.model
--                               ->  GroupAggregate
--                                     Group Key: s_1.model
--                                     Filter: (sum("*SELECT* 1_1".llm_calls) > '0'::numeric)
--                                     ->  Sort
--                                           Sort Key: s_1.model
--                                           ->  Nested Loop
--                                                 ->  Index Scan using series_cube on series s_1
--                                                       Index Cond: ((team_id = 'red'::text) AND (cube = 'model'::text))
--                                                 ->  Append
--                                                       ->  Subquery Scan on "*SELECT* 1_1"
--                                                             ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_6
--                                                                   Index Cond: ((team_id = 'red'::text) AND (series_id = s_1.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                                   Filter: (llm_calls IS NOT NULL)
--                                                       ->  Subquery Scan on "*SELECT* 2_1"
--                                                             ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_7
--                                                                   Index Cond: ((team_id = 'red'::text) AND (series_id = s_1.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                                   Filter: (llm_calls IS NOT NULL)
--                                                       ->  Subquery Scan on "*SELECT* 3_1"
--                                                             ->  Index Scan using rollup_day_pkey on rollup_day r_8
--                                                                   Index Cond: ((team_id = 'red'::text) AND (series_id = s_1.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                                   Filter: (llm_calls IS NOT NULL)
--                                                       ->  Subquery Scan on "*SELECT* 4_1"
--                                                             ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_9
--                                                                   Index Cond: ((team_id = 'red'::text) AND (series_id = s_1.series_id) AND (grain = 120) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                                   Filter: (llm_calls IS NOT NULL)
--                                                       ->  Subquery Scan on "*SELECT* 5"
--                                                             ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_10
--                                                                   Index Cond: ((team_id = 'red'::text) AND (series_id = s_1.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                                   Filter: (llm_calls IS NOT NULL)
--                                                       ->  Subquery Scan on "*SELECT* 6"
--                                                             ->  Index Scan using rollup_minute_pkey on rollup_minute r_11
--                                                                   Index Cond: ((team_id = 'red'::text) AND (series_id = s_1.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                                   Filter: (llm_calls IS NOT NULL)
