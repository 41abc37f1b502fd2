-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select s.tool, sum(r.tool_errors) as errors from "series" s cross join lateral (select r.* from "rollup_quarter" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $2::timestamptz and r.bucket < $3::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $4 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $5::timestamptz and r.bucket < $6::timestamptz union all select r.* from "rollup_day" r where r.team_id = $7 and r.series_id = s.series_id and r.grain = 1440 and r.bucket >= $8::timestamptz and r.bucket < $9::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $10 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $11::timestamptz and r.bucket < $12::timestamptz union all select r.* from "rollup_quarter" r where r.team_id = $13 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $14::timestamptz and r.bucket < $15::timestamptz union all select r.* from "rollup_minute" r where r.team_id = $16 and r.series_id = s.series_id and r.grain = 1 and r.bucket >= $17::timestamptz and r.bucket < $18::timestamptz) r
  where s.team_id = $19 and s.cube = $20 and s.session_id is null and s.task_id is null and s.run_id is null
  group by 1 having sum(r.tool_errors) > 0 order by 2 desc, 1;

--   Sort
--     Sort Key: (sum("*SELECT* 1".tool_errors)) DESC, s.tool
--     ->  GroupAggregate
--           Group Key: s.tool
--           Filter: (sum("*SELECT* 1".tool_errors) > '0'::numeric)
--           ->  Sort
--                 Sort Key: s.tool
--                 ->  Nested Loop
--                       ->  Index Scan using series_cube on series s
--                             Index Cond: ((team_id = 'red'::text) AND (cube = 'tool'::text))
--                       ->  Append
--                             ->  Subquery Scan on "*SELECT* 1"
--                                   ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_1
--                                         Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 14:00:00+00'::timestamp with time zone))
--                             ->  Subquery Scan on "*SELECT* 2"
--                                   ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_2
--                                         Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                             ->  Subquery Scan on "*SELECT* 3"
--                                   ->  Index Scan using rollup_day_pkey on rollup_day r_3
--                                         Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                             ->  Subquery Scan on "*SELECT* 4"
--                                   ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_4
--                                         Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 120) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                             ->  Subquery Scan on "*SELECT* 5"
--                                   ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_5
--                                         Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                             ->  Subquery Scan on "*SELECT* 6"
--                                   ->  Index Scan using rollup_minute_pkey on rollup_minute r_6
--                                         Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))


select sum(r.llm_errors) as llm_call, sum(r.tool_errors) as tool_call, sum(r.service_errors) as service_call
  from "series" s cross join lateral (select r.* from "rollup_quarter" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $2::timestamptz and r.bucket < $3::timestamptz union all select r.* from "rollup_day" r where r.team_id = $4 and r.series_id = s.series_id and r.grain = 1440 and r.bucket >= $5::timestamptz and r.bucket < $6::timestamptz union all select r.* from "rollup_quarter" r where r.team_id = $7 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $8::timestamptz and r.bucket < $9::timestamptz union all select r.* from "rollup_minute" r where r.team_id = $10 and r.series_id = s.series_id and r.grain = 1 and r.bucket >= $11::timestamptz and r.bucket < $12::timestamptz) r
  where s.team_id = $13 and s.cube = $14 and s.session_id is null and s.task_id is null and s.run_id is null;

--   Aggregate
--     ->  Nested Loop
--           ->  Index Scan using series_cube on series s
--                 Index Cond: ((team_id = 'red'::text) AND (cube = 'team'::text))
--           ->  Append
--                 ->  Subquery Scan on "*SELECT* 1"
--                       ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_1
--                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                 ->  Subquery Scan on "*SELECT* 2"
--                       ->  Index Scan using rollup_day_pkey on rollup_day r_2
--                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                 ->  Subquery Scan on "*SELECT* 3"
--                       ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_3
--                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                 ->  Subquery Scan on "*SELECT* 4"
--                       ->  Index Scan using rollup_minute_pkey on rollup_minute r_4
--                             Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
