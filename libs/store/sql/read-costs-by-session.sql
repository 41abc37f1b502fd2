-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select
  sum(r.llm_calls) as llm_calls, sum(r.llm_errors) as llm_errors, sum(r.unpriced_calls) as unpriced_calls,
  sum(r.input_tokens) as input_tokens, sum(r.output_tokens) as output_tokens,
  sum(r.cache_read_tokens) as cache_read_tokens,
  coalesce(sum(r.cache_write_5m_tokens), 0) + coalesce(sum(r.cache_write_1h_tokens), 0) as cache_write_tokens,
  sum(r.reasoning_tokens) as reasoning_tokens, round(sum(r.cost_usd), 6) as cost_usd,
  round(sum(r.llm_us) / nullif(sum(r.llm_timed), 0) / 1000, 3) as avg_llm_ms,
  sum(r.tool_calls) as tool_calls, sum(r.tool_errors) as tool_errors,
  round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as avg_tool_ms,
  sum(r.service_calls) as service_calls, sum(r.git_commits) as git_commits, max(r.memory_peak) as memory_peak from (select r.* from "rollup" r where r.team_id = $1 and r.cube = $2 and r.grain = 15 and r.bucket >= $3::timestamptz and r.bucket < $4::timestamptz union all select r.* from "rollup" r where r.team_id = $5 and r.cube = $6 and r.grain = 1440 and r.bucket >= $7::timestamptz and r.bucket < $8::timestamptz union all select r.* from "rollup" r where r.team_id = $9 and r.cube = $10 and r.grain = 15 and r.bucket >= $11::timestamptz and r.bucket < $12::timestamptz union all select r.* from "rollup" r where r.team_id = $13 and r.cube = $14 and r.grain = 1 and r.bucket >= $15::timestamptz and r.bucket < $16::timestamptz) r join series s on s.team_id = r.team_id and s.series_id = r.series_id
  where s.team_id = $17 and s.cube = $18;

--   Aggregate
--     ->  Nested Loop
--           Join Filter: ("*SELECT* 1".series_id = s.series_id)
--           ->  Index Scan using series_pkey on series s
--                 Index Cond: (team_id = 'red'::text)
--                 Filter: (cube = 'unit'::text)
--           ->  Append
--                 ->  Subquery Scan on "*SELECT* 1"
--                       ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_1
--                             Index Cond: ((team_id = 'red'::text) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                             Filter: (cube = 'unit'::text)
--                 ->  Subquery Scan on "*SELECT* 2"
--                       ->  Index Scan using rollup_day_pkey on rollup_day r_2
--                             Index Cond: ((team_id = 'red'::text) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                             Filter: (cube = 'unit'::text)
--                 ->  Subquery Scan on "*SELECT* 3"
--                       ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_3
--                             Index Cond: ((team_id = 'red'::text) AND (grain = 15) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                             Filter: (cube = 'unit'::text)
--                 ->  Subquery Scan on "*SELECT* 4"
--                       ->  Index Scan using rollup_minute_pkey on rollup_minute r_4
--                             Index Cond: ((team_id = 'red'::text) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                             Filter: (cube = 'unit'::text)


select s."session_id" as key, round(sum(r.cost_usd), 6) as cost, sum(r.llm_calls) as calls,
  sum(r.unpriced_calls) as unpriced,
  coalesce(sum(r.input_tokens), 0) + coalesce(sum(r.output_tokens), 0) as tokens
  from (select r.* from "rollup" r where r.team_id = $1 and r.cube = $2 and r.grain = 15 and r.bucket >= $3::timestamptz and r.bucket < $4::timestamptz union all select r.* from "rollup" r where r.team_id = $5 and r.cube = $6 and r.grain = 1440 and r.bucket >= $7::timestamptz and r.bucket < $8::timestamptz union all select r.* from "rollup" r where r.team_id = $9 and r.cube = $10 and r.grain = 15 and r.bucket >= $11::timestamptz and r.bucket < $12::timestamptz union all select r.* from "rollup" r where r.team_id = $13 and r.cube = $14 and r.grain = 1 and r.bucket >= $15::timestamptz and r.bucket < $16::timestamptz) r join series s on s.team_id = r.team_id and s.series_id = r.series_id
  where s.team_id = $17 and s.cube = $18 and r.llm_calls is not null
  group by 1 having sum(r.llm_calls) > 0 order by sum(r.cost_usd) desc nulls last, sum(r.llm_calls) desc, 1 limit $19;

--   Limit
--     ->  Sort
--           Sort Key: (sum("*SELECT* 1".cost_usd)) DESC NULLS LAST, (sum("*SELECT* 1".llm_calls)) DESC, s.session_id
--           ->  GroupAggregate
--                 Group Key: s.session_id
--                 Filter: (sum("*SELECT* 1".llm_calls) > '0'::numeric)
--                 ->  Sort
--                       Sort Key: s.session_id
--                       ->  Nested Loop
--                             Join Filter: ("*SELECT* 1".series_id = s.series_id)
--                             ->  Index Scan using series_pkey on series s
--                                   Index Cond: (team_id = 'red'::text)
--                                   Filter: (cube = 'unit'::text)
--                             ->  Append
--                                   ->  Subquery Scan on "*SELECT* 1"
--                                         ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_1
--                                               Index Cond: ((team_id = 'red'::text) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                               Filter: ((llm_calls IS NOT NULL) AND (cube = 'unit'::text))
--                                   ->  Subquery Scan on "*SELECT* 2"
--                                         ->  Index Scan using rollup_day_pkey on rollup_day r_2
--                                               Index Cond: ((team_id = 'red'::text) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                               Filter: ((llm_calls IS NOT NULL) AND (cube = 'unit'::text))
--                                   ->  Subquery Scan on "*SELECT* 3"
--                                         ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_3
--                                               Index Cond: ((team_id = 'red'::text) AND (grain = 15) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                               Filter: ((llm_calls IS NOT NULL) AND (cube = 'unit'::text))
--                                   ->  Subquery Scan on "*SELECT* 4"
--                                         ->  Index Scan using rollup_minute_pkey on rollup_minute r_4
--                                               Index Cond: ((team_id = 'red'::text) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                               Filter: ((llm_calls IS NOT NULL) AND (cube = 'unit'::text))
