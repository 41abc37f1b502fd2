-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select (select coalesce(json_agg(part), '[]') from (select sum(r.llm_calls) as "llm_calls", sum(r.input_tokens) as "input_tokens", sum(r.output_tokens) as "output_tokens", round(sum(r.cost_usd), 6) as "cost_usd", sum(r.unpriced_calls) as "unpriced_calls", sum(r.estimated_calls) as "estimated_calls", sum(r.cost_usd)::text as exact_cost from "series" s cross join lateral (select r.* from "rollup_quarter" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $2::timestamptz and r.bucket < $3::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $4 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $5::timestamptz and r.bucket < $6::timestamptz union all select r.* from "rollup_day" r where r.team_id = $7 and r.series_id = s.series_id and r.grain = 1440 and r.bucket >= $8::timestamptz and r.bucket < $9::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $10 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $11::timestamptz and r.bucket < $12::timestamptz union all select r.* from "rollup_quarter" r where r.team_id = $13 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $14::timestamptz and r.bucket < $15::timestamptz union all select r.* from "rollup_minute" r where r.team_id = $16 and r.series_id = s.series_id and r.grain = 1 and r.bucket >= $17::timestamptz and r.bucket < $18::timestamptz) r
  where s.team_id = $19 and s.cube = $20 and s.session_id is null and s.task_id is null and s.run_id is null and "s"."agent_id" = $21) as part) as "totals",
  (select coalesce(json_agg(part), '[]') from (
  select date_trunc('day', r.bucket + make_interval(secs => $22), 'UTC') as key, round(sum(r.cost_usd), 6) as cost, sum(r.llm_calls) as calls,
  sum(r.unpriced_calls) as unpriced,
  coalesce(sum(r.input_tokens), 0) + coalesce(sum(r.output_tokens), 0) as tokens
  from "series" s cross join lateral (select r.* from "rollup_quarter" r where r.team_id = $23 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $24::timestamptz and r.bucket < $25::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $26 and r.series_id = s.series_id and r.grain = 120 and r.bucket <> all($27::timestamptz[]) and r.bucket >= $28::timestamptz and r.bucket < $29::timestamptz union all select r.* from "rollup_quarter" r where r.team_id = $30 and r.series_id = s.series_id and r.grain = 15 and r.bucket = any($31::timestamptz[]) and r.bucket >= $32::timestamptz and r.bucket < $33::timestamptz union all select r.* from "rollup_quarter" r where r.team_id = $34 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $35::timestamptz and r.bucket < $36::timestamptz union all select r.* from "rollup_minute" r where r.team_id = $37 and r.series_id = s.series_id and r.grain = 1 and r.bucket >= $38::timestamptz and r.bucket < $39::timestamptz) r
  where s.team_id = $40 and s.cube = $41 and s.session_id is null and s.task_id is null and s.run_id is null and "s"."agent_id" = $42 and r.llm_calls is not null
  group by 1 having sum(r.llm_calls) > 0 order by 1 desc limit $43) as part) as "groups";

--   Result
--     InitPlan 1
--       ->  Aggregate
--             ->  Subquery Scan on part
--                   ->  Aggregate
--                         ->  Nested Loop
--                               ->  Index Scan using series_cube on series s
--                                     Index Cond: ((team_id = 'red'::text) AND (cube = 'place'::text) AND (agent_id = 'agent-1'::text))
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
--                   ->  Limit
--                         ->  GroupAggregate
--                               Group Key: (date_trunc('day'::text, ("*SELECT* 1_1".bucket + '05:45:00'::interval), 'UTC'::text))
--                               Filter: (sum("*SELECT* 1_1".llm_calls) > '0'::numeric)
--                               ->  Sort
--                                     Sort Key: (date_trunc('day'::text, ("*SELECT* 1_1".bucket + '05:45:00'::interval), 'UTC'::text)) DESC
--                                     ->  Nested Loop
--                                           ->  Index Scan using series_cube on series s_1
--                                                 Index Cond: ((team_id = 'red'::text) AND (cube = 'place'::text) AND (agent_id = 'agent-1'::text))
--                                           ->  Append
--                                                 ->  Subquery Scan on "*SELECT* 1_1"
--                                                       ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_8
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s_1.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                             Filter: (llm_calls IS NOT NULL)
--                                                 ->  Subquery Scan on "*SELECT* 2_1"
--                                                       ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_9
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s_1.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                             Filter: ((llm_calls IS NOT NULL) AND (bucket <> ALL ('{"2026-06-08 18:00:00+00","2026-06-09 18:00:00+00","2026-06-10 18:00:00+00","2026-06-11 18:00:00+00","2026-06-12 18:00:00+00","2026-06-13 18:00:00+00","2026-06-14 18:00:00+00"}'::timestamp with time zone[])))
--                                                 ->  Subquery Scan on "*SELECT* 3_1"
--                                                       ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_10
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s_1.series_id) AND (grain = 15) AND (bucket = ANY ('{"2026-06-08 18:00:00+00","2026-06-08 18:15:00+00","2026-06-08 18:30:00+00","2026-06-08 18:45:00+00","2026-06-08 19:00:00+00","2026-06-08 19:15:00+00","2026-06-08 19:30:00+00","2026-06-08 19:45:00+00","2026-06-09 18:00:00+00","2026-06-09 18:15:00+00","2026-06-09 18:30:00+00","2026-06-09 18:45:00+00","2026-06-09 19:00:00+00","2026-06-09 19:15:00+00","2026-06-09 19:30:00+00","2026-06-09 19:45:00+00","2026-06-10 18:00:00+00","2026-06-10 18:15:00+00","2026-06-10 18:30:00+00","2026-06-10 18:45:00+00","2026-06-10 19:00:00+00","2026-06-10 19:15:00+00","2026-06-10 19:30:00+00","2026-06-10 19:45:00+00","2026-06-11 18:00:00+00","2026-06-11 18:15:00+00","2026-06-11 18:30:00+00","2026-06-11 18:45:00+00","2026-06-11 19:00:00+00","2026-06-11 19:15:00+00","2026-06-11 19:30:00+00","2026-06-11 19:45:00+00","2026-06-12 18:00:00+00","2026-06-12 18:15:00+00","2026-06-12 18:30:00+00","2026-06-12 18:45:00+00","2026-06-12 19:00:00+00","2026-06-12 19:15:00+00","2026-06-12 19:30:00+00","2026-06-12 19:45:00+00","2026-06-13 18:00:00+00","2026-06-13 18:15:00+00","2026-06-13 18:30:00+00","2026-06-13 18:45:00+00","2026-06-13 19:00:00+00","2026-06-13 19:15:00+00","2026-06-13 19:30:00+00","2026-06-13 19:45:00+00","2026-06-14 18:00:00+00","2026-06-14 18:15:00+00","2026-06-14 18:30:00+00","2026-06-14 18:45:00+00","2026-06-14 19:00:00+00","2026-06-14 19:15:00+00","2026-06-14 19:30:00+00","2026-06-14 19:45:00+00"}'::timestamp with time zone[])) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                             Filter: (llm_calls IS NOT NULL)
--                                                 ->  Subquery Scan on "*SELECT* 4_1"
--                                                       ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_11
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s_1.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                             Filter: (llm_calls IS NOT NULL)
--                                                 ->  Subquery Scan on "*SELECT* 5_1"
--                                                       ->  Index Scan using rollup_minute_pkey on rollup_minute r_12
--                                                             Index Cond: ((team_id = 'red'::text) AND (series_id = s_1.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                             Filter: (llm_calls IS NOT NULL)
