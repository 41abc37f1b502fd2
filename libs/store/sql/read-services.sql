-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select s."service" as name, min(s.category) as category, sum(r.service_calls) as calls, sum(r.service_errors) as errors,
  round(sum(r.service_us) / nullif(sum(r.service_calls), 0) / 1000, 3) as avg_ms,
  substr(max(r.newest_failure), 63) as last_error, count(*) over () as total
  from "series" s cross join lateral (select r.* from "rollup_quarter" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $2::timestamptz and r.bucket < $3::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $4 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $5::timestamptz and r.bucket < $6::timestamptz union all select r.* from "rollup_day" r where r.team_id = $7 and r.series_id = s.series_id and r.grain = 1440 and r.bucket >= $8::timestamptz and r.bucket < $9::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $10 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $11::timestamptz and r.bucket < $12::timestamptz union all select r.* from "rollup_quarter" r where r.team_id = $13 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $14::timestamptz and r.bucket < $15::timestamptz union all select r.* from "rollup_minute" r where r.team_id = $16 and r.series_id = s.series_id and r.grain = 1 and r.bucket >= $17::timestamptz and r.bucket < $18::timestamptz) r
  where s.team_id = $19 and s.cube = $20 and s.session_id is null and s.task_id is null and s.run_id is null group by "s"."service", "s"."category" having sum(r.service_calls) > 0 order by sum(r.service_calls) desc, 1, 2 limit $21 offset $22;

--   Limit
--     ->  Sort
--           Sort Key: (sum("*SELECT* 1".service_calls)) DESC, s.service, (min(s.category))
--           ->  WindowAgg
--                 Window: w1 AS ()
--                 ->  GroupAggregate
--                       Group Key: s.service, s.category
--                       Filter: (sum("*SELECT* 1".service_calls) > '0'::numeric)
--                       ->  Sort
--                             Sort Key: s.service, s.category
--                             ->  Nested Loop
--                                   ->  Index Scan using series_cube on series s
--                                         Index Cond: ((team_id = 'red'::text) AND (cube = 'service'::text))
--                                   ->  Append
--                                         ->  Subquery Scan on "*SELECT* 1"
--                                               ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_1
--                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                         ->  Subquery Scan on "*SELECT* 2"
--                                               ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_2
--                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                         ->  Subquery Scan on "*SELECT* 3"
--                                               ->  Index Scan using rollup_day_pkey on rollup_day r_3
--                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                         ->  Subquery Scan on "*SELECT* 4"
--                                               ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_4
--                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 120) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                         ->  Subquery Scan on "*SELECT* 5"
--                                               ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_5
--                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                         ->  Subquery Scan on "*SELECT* 6"
--                                               ->  Index Scan using rollup_minute_pkey on rollup_minute r_6
--                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))


select named.key, made.bins, made.counts from (select array["s"."service", "s"."category"] as key, array_agg(s.series_id) as ids from "series" s where s.team_id = $1 and s.cube = $2 and s.session_id is null and s.task_id is null and s.run_id is null group by "s"."service", "s"."category") named
  cross join lateral (
  select json_agg(bin) as bins, json_agg(n) as counts from (
  select bin, sum(n) as n from (select unnest(r.bins) as bin, unnest(r.counts::double precision[]) as n from unnest(named.ids) as s (series_id) cross join lateral (select r.* from "rollup_bin" r where r.team_id = $3 and r.series_id = s.series_id and r.measure = $4 and r.grain = 15 and r.bucket >= $5::timestamptz and r.bucket < $6::timestamptz union all select r.* from "rollup_bin" r where r.team_id = $7 and r.series_id = s.series_id and r.measure = $8 and r.grain = 120 and r.bucket >= $9::timestamptz and r.bucket < $10::timestamptz union all select r.* from "rollup_bin" r where r.team_id = $11 and r.series_id = s.series_id and r.measure = $12 and r.grain = 1440 and r.bucket >= $13::timestamptz and r.bucket < $14::timestamptz union all select r.* from "rollup_bin" r where r.team_id = $15 and r.series_id = s.series_id and r.measure = $16 and r.grain = 120 and r.bucket >= $17::timestamptz and r.bucket < $18::timestamptz union all select r.* from "rollup_bin" r where r.team_id = $19 and r.series_id = s.series_id and r.measure = $20 and r.grain = 15 and r.bucket >= $21::timestamptz and r.bucket < $22::timestamptz union all select r.* from "rollup_bin" r where r.team_id = $23 and r.series_id = s.series_id and r.measure = $24 and r.grain = 1 and r.bucket >= $25::timestamptz and r.bucket < $26::timestamptz) r) as part
  group by bin having sum(n) > 0) as counted) made where made.bins is not null;

--   Nested Loop
--     ->  GroupAggregate
--           Group Key: s.service, s.category
--           ->  Sort
--                 Sort Key: s.service, s.category
--                 ->  Index Scan using series_cube on series s
--                       Index Cond: ((team_id = 'red'::text) AND (cube = 'service'::text))
--     ->  Aggregate
--           Filter: (json_agg((unnest("*SELECT* 1".bins))) IS NOT NULL)
--           ->  HashAggregate
--                 Group Key: unnest("*SELECT* 1".bins)
--                 Filter: (sum((unnest(("*SELECT* 1".counts)::double precision[]))) > '0'::double precision)
--                 ->  ProjectSet
--                       ->  Nested Loop
--                             ->  Function Scan on unnest s_1
--                             ->  Append
--                                   ->  Subquery Scan on "*SELECT* 1"
--                                         ->  Index Scan using rollup_bin_pkey on rollup_bin r_1
--                                               Index Cond: ((team_id = 'red'::text) AND (series_id = s_1.series_id) AND (grain = 15) AND (measure = 'service_ms'::text) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                   ->  Subquery Scan on "*SELECT* 2"
--                                         ->  Index Scan using rollup_bin_pkey on rollup_bin r_2
--                                               Index Cond: ((team_id = 'red'::text) AND (series_id = s_1.series_id) AND (grain = 120) AND (measure = 'service_ms'::text) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                   ->  Subquery Scan on "*SELECT* 3"
--                                         ->  Index Scan using rollup_bin_pkey on rollup_bin r_3
--                                               Index Cond: ((team_id = 'red'::text) AND (series_id = s_1.series_id) AND (grain = 1440) AND (measure = 'service_ms'::text) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                   ->  Subquery Scan on "*SELECT* 4"
--                                         ->  Index Scan using rollup_bin_pkey on rollup_bin r_4
--                                               Index Cond: ((team_id = 'red'::text) AND (series_id = s_1.series_id) AND (grain = 120) AND (measure = 'service_ms'::text) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                   ->  Subquery Scan on "*SELECT* 5"
--                                         ->  Index Scan using rollup_bin_pkey on rollup_bin r_5
--                                               Index Cond: ((team_id = 'red'::text) AND (series_id = s_1.series_id) AND (grain = 15) AND (measure = 'service_ms'::text) AND (bucket >= '2026-06-15 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                   ->  Subquery Scan on "*SELECT* 6"
--                                         ->  Index Scan using rollup_bin_pkey on rollup_bin r_6
--                                               Index Cond: ((team_id = 'red'::text) AND (series_id = s_1.series_id) AND (grain = 1) AND (measure = 'service_ms'::text) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
