-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select $1 as account, coalesce(sum(r.cost_usd), 0)::text as amount,
  coalesce(sum(r.unpriced_calls), 0)::int as unpriced
  from "series" s cross join lateral (select r.* from "rollup_quarter" r where r.team_id = $2 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $3::timestamptz and r.bucket < $4::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $5 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $6::timestamptz and r.bucket < $7::timestamptz union all select r.* from "rollup_quarter" r where r.team_id = $8 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $9::timestamptz and r.bucket < $10::timestamptz) r
  where s.team_id = $11 and s.cube = $12 and s.session_id is null and s.task_id is null and s.run_id is null and "s"."agent_id" = $13 union all select $14 as account, coalesce(sum(r.cost_usd), 0)::text as amount,
  coalesce(sum(r.unpriced_calls), 0)::int as unpriced
  from "series" s cross join lateral (select r.* from "rollup_ever" r where r.team_id = $15 and r.series_id = s.series_id and r.grain = 0) r
  where s.team_id = $16 and s.cube = $17 and "s"."task_id" = $18 union all select $19 as account, coalesce(sum(r.cost_usd), 0)::text as amount,
  coalesce(sum(r.unpriced_calls), 0)::int as unpriced
  from "series" s cross join lateral (select r.* from "rollup_ever" r where r.team_id = $20 and r.series_id = s.series_id and r.grain = 0) r
  where s.team_id = $21 and s.cube = $22 and "s"."run_id" = $23;

--   Append
--     ->  Aggregate
--           ->  Nested Loop
--                 ->  Index Scan using series_cube on series s
--                       Index Cond: ((team_id = 'red'::text) AND (cube = 'place'::text) AND (agent_id = 'agent-1'::text))
--                 ->  Append
--                       ->  Subquery Scan on "*SELECT* 1_1"
--                             ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_1
--                                   Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-14 18:15:00+00'::timestamp with time zone) AND (bucket < '2026-06-14 20:00:00+00'::timestamp with time zone))
--                       ->  Subquery Scan on "*SELECT* 2"
--                             ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_2
--                                   Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 120) AND (bucket >= '2026-06-14 20:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 18:00:00+00'::timestamp with time zone))
--                       ->  Subquery Scan on "*SELECT* 3"
--                             ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_3
--                                   Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 18:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 18:15:00+00'::timestamp with time zone))
--     ->  Aggregate
--           ->  Nested Loop
--                 Join Filter: (r_4.series_id = s_1.series_id)
--                 ->  Index Scan using series_task on series s_1
--                       Index Cond: ((team_id = 'red'::text) AND (task_id = 'task-1'::text))
--                       Filter: (cube = 'unit'::text)
--                 ->  Index Scan using rollup_ever_pkey on rollup_ever r_4
--                       Index Cond: ((team_id = 'red'::text) AND (grain = 0))
--     ->  Aggregate
--           ->  Nested Loop
--                 Join Filter: (r_5.series_id = s_2.series_id)
--                 ->  Index Scan using series_run on series s_2
--                       Index Cond: ((team_id = 'red'::text) AND (run_id = 'run-1'::text))
--                       Filter: (cube = 'unit'::text)
--                 ->  Index Scan using rollup_ever_pkey on rollup_ever r_5
--                       Index Cond: ((team_id = 'red'::text) AND (grain = 0))
