-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select width_bucket(r.bucket, $1::timestamptz[]) as place, round(sum(r.cost_usd), 6) as "cost_usd", sum(r.llm_calls) as "llm_calls", sum(r.unpriced_calls) as "unpriced_calls"
  from "series" s cross join lateral (select r.* from "rollup_quarter" r where r.team_id = $2 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $3::timestamptz and r.bucket < $4::timestamptz union all select r.* from "rollup_minute" r where r.team_id = $5 and r.series_id = s.series_id and r.grain = 1 and r.bucket >= $6::timestamptz and r.bucket < $7::timestamptz) r
  where s.team_id = $8 and s.cube = $9 and s.session_id is null and s.task_id is null and s.run_id is null group by 1;

--   GroupAggregate
--     Group Key: (width_bucket("*SELECT* 1".bucket, '{"2026-06-07 18:15:00+00","2026-06-08 18:15:00+00","2026-06-09 18:15:00+00","2026-06-10 18:15:00+00","2026-06-11 18:15:00+00","2026-06-12 18:15:00+00","2026-06-13 18:15:00+00","2026-06-14 18:15:00+00","2026-06-15 18:15:00+00"}'::timestamp with time zone[]))
--     ->  Sort
--           Sort Key: (width_bucket("*SELECT* 1".bucket, '{"2026-06-07 18:15:00+00","2026-06-08 18:15:00+00","2026-06-09 18:15:00+00","2026-06-10 18:15:00+00","2026-06-11 18:15:00+00","2026-06-12 18:15:00+00","2026-06-13 18:15:00+00","2026-06-14 18:15:00+00","2026-06-15 18:15:00+00"}'::timestamp with time zone[]))
--           ->  Nested Loop
--                 ->  Index Scan using series_cube on series s
--                       Index Cond: ((team_id = 'red'::text) AND (cube = 'team'::text))
--                 ->  Append
--                       ->  Subquery Scan on "*SELECT* 1"
--                             ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_1
--                                   Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                       ->  Subquery Scan on "*SELECT* 2"
--                             ->  Index Scan using rollup_minute_pkey on rollup_minute r_2
--                                   Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
