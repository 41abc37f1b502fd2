-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select session_id, first_at, last_at from session where session.team_id = $1 and "session"."last_at" >= $2::timestamptz and "session"."first_at" < $3::timestamptz and (("session"."first_at" >= $4::timestamptz and "session"."last_at" < $5::timestamptz) or exists (select from "key_total" t where t.team_id = $6 and t.dim = 'session_id' and t.id = session.session_id and "t"."last_at" >= $7::timestamptz and "t"."first_at" < $8::timestamptz and case when ("t"."first_at" >= $9::timestamptz and "t"."last_at" < $10::timestamptz) then ("t"."records" > 0 or "t"."llm_calls" > 0) else (not "t"."loose" and ("t"."first_at" >= $11::timestamptz or "t"."last_at" < $12::timestamptz)) or exists (select from (
  select u.* from unit_total u
  where u.team_id = $13 and u.cube = 'unit' and "u"."session_id" = t.id and "u"."last_day" >= $14::date and "u"."last_at" >= $15::timestamptz and "u"."first_at" < $16::timestamptz offset 0) u where exists (select from (select "u"."records", "u"."llm_calls" where ("u"."first_at" >= $17::timestamptz and "u"."last_at" < $18::timestamptz) union all select * from (select "r"."records", "r"."llm_calls" from "rollup_quarter" r where r.team_id = $19 and r.series_id = "u"."series_id" and r.grain = 15 and r.bucket >= $20::timestamptz and r.bucket < $21::timestamptz and not ("u"."first_at" >= $22::timestamptz and "u"."last_at" < $23::timestamptz) and "u"."first_at" < $24::timestamptz and "u"."last_at" >= $25::timestamptz union all select "r"."records", "r"."llm_calls" from "rollup_two_hours" r where r.team_id = $26 and r.series_id = "u"."series_id" and r.grain = 120 and r.bucket >= $27::timestamptz and r.bucket < $28::timestamptz and not ("u"."first_at" >= $29::timestamptz and "u"."last_at" < $30::timestamptz) and "u"."first_at" < $31::timestamptz and "u"."last_at" >= $32::timestamptz union all select "r"."records", "r"."llm_calls" from "rollup_day" r where r.team_id = $33 and r.series_id = "u"."series_id" and r.grain = 1440 and r.bucket >= $34::timestamptz and r.bucket < $35::timestamptz and not ("u"."first_at" >= $36::timestamptz and "u"."last_at" < $37::timestamptz) and "u"."first_at" < $38::timestamptz and "u"."last_at" >= $39::timestamptz union all select "r"."records", "r"."llm_calls" from "rollup_two_hours" r where r.team_id = $40 and r.series_id = "u"."series_id" and r.grain = 120 and r.bucket >= $41::timestamptz and r.bucket < $42::timestamptz and not ("u"."first_at" >= $43::timestamptz and "u"."last_at" < $44::timestamptz) and "u"."first_at" < $45::timestamptz and "u"."last_at" >= $46::timestamptz union all select "r"."records", "r"."llm_calls" from "rollup_quarter" r where r.team_id = $47 and r.series_id = "u"."series_id" and r.grain = 15 and r.bucket >= $48::timestamptz and r.bucket < $49::timestamptz and not ("u"."first_at" >= $50::timestamptz and "u"."last_at" < $51::timestamptz) and "u"."first_at" < $52::timestamptz and "u"."last_at" >= $53::timestamptz union all select "r"."records", "r"."llm_calls" from "rollup_minute" r where r.team_id = $54 and r.series_id = "u"."series_id" and r.grain = 1 and r.bucket >= $55::timestamptz and r.bucket < $56::timestamptz and not ("u"."first_at" >= $57::timestamptz and "u"."last_at" < $58::timestamptz) and "u"."first_at" < $59::timestamptz and "u"."last_at" >= $60::timestamptz) r) r where ("r"."records" > 0 or "r"."llm_calls" > 0))) end)) order by last_at desc, session_id desc limit $61 offset $62;

--   Limit
--     ->  Index Scan using session_newest on session
--           Index Cond: ((team_id = 'red'::text) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone))
--           Filter: ((first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (((first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone)) OR (ANY (session_id = (hashed SubPlan 6).col1))))
--           SubPlan 6
--             ->  Index Scan using key_total_newest on key_total t
--                   Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                   Filter: CASE WHEN ((first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone)) THEN ((records > 0) OR (llm_calls > 0)) ELSE (((NOT loose) AND ((first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) OR (last_at < '2026-06-15 12:35:00+00'::timestamp with time zone))) OR EXISTS(SubPlan 5)) END
--                   SubPlan 5
--                     ->  Subquery Scan on u
--                           Filter: EXISTS(SubPlan 4)
--                           ->  Index Scan using unit_total_run on unit_total u_1
--                                 Index Cond: ((team_id = 'red'::text) AND (cube = 'unit'::text) AND (last_day >= '2026-06-08'::date))
--                                 Filter: ((last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (session_id = t.id))
--                           SubPlan 4
--                             ->  Append
--                                   ->  Subquery Scan on "*SELECT* 1"
--                                         ->  Result
--                                               One-Time Filter: ((u.first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (u.last_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND ((u.records > 0) OR (u.llm_calls > 0)))
--                                   ->  Subquery Scan on "*SELECT* 1_1"
--                                         ->  Result
--                                               One-Time Filter: (((u.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-08 14:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone))
--                                               ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_1
--                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                                     Filter: ((records > 0) OR (llm_calls > 0))
--                                   ->  Subquery Scan on "*SELECT* 2"
--                                         ->  Result
--                                               One-Time Filter: (((u.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-09 00:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-08 14:00:00+00'::timestamp with time zone))
--                                               ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_2
--                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                                     Filter: ((records > 0) OR (llm_calls > 0))
--                                   ->  Subquery Scan on "*SELECT* 3"
--                                         ->  Result
--                                               One-Time Filter: (((u.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-15 00:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-09 00:00:00+00'::timestamp with time zone))
--                                               ->  Index Scan using rollup_day_pkey on rollup_day r_3
--                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                                     Filter: ((records > 0) OR (llm_calls > 0))
--                                   ->  Subquery Scan on "*SELECT* 4"
--                                         ->  Result
--                                               One-Time Filter: (((u.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-15 12:00:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-15 00:00:00+00'::timestamp with time zone))
--                                               ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_4
--                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 120) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                                     Filter: ((records > 0) OR (llm_calls > 0))
--                                   ->  Subquery Scan on "*SELECT* 5"
--                                         ->  Result
--                                               One-Time Filter: (((u.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-15 12:30:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-15 12:00:00+00'::timestamp with time zone))
--                                               ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_5
--                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                                     Filter: ((records > 0) OR (llm_calls > 0))
--                                   ->  Subquery Scan on "*SELECT* 6"
--                                         ->  Result
--                                               One-Time Filter: (((u.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (u.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (u.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (u.last_at >= '2026-06-15 12:30:00+00'::timestamp with time zone))
--                                               ->  Index Scan using rollup_minute_pkey on rollup_minute r_6
--                                                     Index Cond: ((team_id = 'red'::text) AND (series_id = u.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                                                     Filter: ((records > 0) OR (llm_calls > 0))


select "s"."session_id" as key, sum(r.llm_calls) as "llm_calls", sum(r.llm_errors) as "llm_errors", sum(r.unpriced_calls) as "unpriced_calls", sum(r.estimated_calls) as "estimated_calls", sum(r.input_tokens) as "input_tokens", sum(r.output_tokens) as "output_tokens", sum(r.cache_read_tokens) as "cache_read_tokens", coalesce(sum(r.cache_write_5m_tokens), 0) + coalesce(sum(r.cache_write_1h_tokens), 0) as "cache_write_tokens", sum(r.reasoning_tokens) as "reasoning_tokens", round(sum(r.cost_usd), 6) as "cost_usd", round(sum(r.llm_us) / nullif(sum(r.llm_timed), 0) / 1000, 3) as "avg_llm_ms", sum(r.tool_calls) as "tool_calls", sum(r.tool_errors) as "tool_errors", round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as "avg_tool_ms", sum(r.service_calls) as "service_calls", sum(r.git_commits) as "git_commits", max(r.memory_peak) as "memory_peak" from "unit_total" s cross join lateral (select r.* from "rollup_ever" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 0 and (s.first_at >= $2::timestamptz and s.last_at < $3::timestamptz) union all select r.* from "rollup_quarter" r where r.team_id = $4 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $5::timestamptz and r.bucket < $6::timestamptz and not (s.first_at >= $7::timestamptz and s.last_at < $8::timestamptz) and s.first_at < $9::timestamptz and s.last_at >= $10::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $11 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $12::timestamptz and r.bucket < $13::timestamptz and not (s.first_at >= $14::timestamptz and s.last_at < $15::timestamptz) and s.first_at < $16::timestamptz and s.last_at >= $17::timestamptz union all select r.* from "rollup_day" r where r.team_id = $18 and r.series_id = s.series_id and r.grain = 1440 and r.bucket >= $19::timestamptz and r.bucket < $20::timestamptz and not (s.first_at >= $21::timestamptz and s.last_at < $22::timestamptz) and s.first_at < $23::timestamptz and s.last_at >= $24::timestamptz union all select r.* from "rollup_two_hours" r where r.team_id = $25 and r.series_id = s.series_id and r.grain = 120 and r.bucket >= $26::timestamptz and r.bucket < $27::timestamptz and not (s.first_at >= $28::timestamptz and s.last_at < $29::timestamptz) and s.first_at < $30::timestamptz and s.last_at >= $31::timestamptz union all select r.* from "rollup_quarter" r where r.team_id = $32 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $33::timestamptz and r.bucket < $34::timestamptz and not (s.first_at >= $35::timestamptz and s.last_at < $36::timestamptz) and s.first_at < $37::timestamptz and s.last_at >= $38::timestamptz union all select r.* from "rollup_minute" r where r.team_id = $39 and r.series_id = s.series_id and r.grain = 1 and r.bucket >= $40::timestamptz and r.bucket < $41::timestamptz and not (s.first_at >= $42::timestamptz and s.last_at < $43::timestamptz) and s.first_at < $44::timestamptz and s.last_at >= $45::timestamptz) r
  where s.team_id = $46 and s.cube = $47 and "s"."session_id" = any($48::text[]) and "s"."last_day" >= $49::date and "s"."session_id" is not null group by 1;

--   GroupAggregate
--     Group Key: s.session_id
--     ->  Nested Loop
--           ->  Index Scan using unit_total_session on unit_total s
--                 Index Cond: ((team_id = 'red'::text) AND (cube = 'unit'::text) AND (session_id = ANY ('{session-1}'::text[])) AND (session_id IS NOT NULL) AND (last_day >= '2026-06-08'::date))
--           ->  Append
--                 ->  Subquery Scan on "*SELECT* 1"
--                       ->  Result
--                             One-Time Filter: ((s.first_at >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (s.last_at < '2026-06-15 12:35:00+00'::timestamp with time zone))
--                             ->  Index Scan using rollup_ever_pkey on rollup_ever r_1
--                                   Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 0))
--                 ->  Subquery Scan on "*SELECT* 2"
--                       ->  Result
--                             One-Time Filter: (((s.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (s.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (s.first_at < '2026-06-08 14:00:00+00'::timestamp with time zone) AND (s.last_at >= '2026-06-08 12:30:00+00'::timestamp with time zone))
--                             ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_2
--                                   Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-08 14:00:00+00'::timestamp with time zone))
--                 ->  Subquery Scan on "*SELECT* 3"
--                       ->  Result
--                             One-Time Filter: (((s.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (s.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (s.first_at < '2026-06-09 00:00:00+00'::timestamp with time zone) AND (s.last_at >= '2026-06-08 14:00:00+00'::timestamp with time zone))
--                             ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_3
--                                   Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 120) AND (bucket >= '2026-06-08 14:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                 ->  Subquery Scan on "*SELECT* 4"
--                       ->  Result
--                             One-Time Filter: (((s.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (s.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (s.first_at < '2026-06-15 00:00:00+00'::timestamp with time zone) AND (s.last_at >= '2026-06-09 00:00:00+00'::timestamp with time zone))
--                             ->  Index Scan using rollup_day_pkey on rollup_day r_4
--                                   Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                 ->  Subquery Scan on "*SELECT* 5"
--                       ->  Result
--                             One-Time Filter: (((s.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (s.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (s.first_at < '2026-06-15 12:00:00+00'::timestamp with time zone) AND (s.last_at >= '2026-06-15 00:00:00+00'::timestamp with time zone))
--                             ->  Index Scan using rollup_two_hours_pkey on rollup_two_hours r_5
--                                   Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 120) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:00:00+00'::timestamp with time zone))
--                 ->  Subquery Scan on "*SELECT* 6"
--                       ->  Result
--                             One-Time Filter: (((s.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (s.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (s.first_at < '2026-06-15 12:30:00+00'::timestamp with time zone) AND (s.last_at >= '2026-06-15 12:00:00+00'::timestamp with time zone))
--                             ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_6
--                                   Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 12:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                 ->  Subquery Scan on "*SELECT* 7"
--                       ->  Result
--                             One-Time Filter: (((s.first_at < '2026-06-08 12:30:00+00'::timestamp with time zone) OR (s.last_at >= '2026-06-15 12:35:00+00'::timestamp with time zone)) AND (s.first_at < '2026-06-15 12:35:00+00'::timestamp with time zone) AND (s.last_at >= '2026-06-15 12:30:00+00'::timestamp with time zone))
--                             ->  Index Scan using rollup_minute_pkey on rollup_minute r_7
--                                   Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))


select session_id, array_agg(distinct agent_id) as agent_ids,
  coalesce(array_agg(distinct task_id) filter (where task_id is not null), '{}') as task_ids
  from series where team_id = $1 and cube = 'unit' and session_id = any($2::text[])
  group by session_id;

--   GroupAggregate
--     Group Key: session_id
--     ->  Incremental Sort
--           Sort Key: session_id, agent_id
--           Presorted Key: session_id
--           ->  Index Scan using series_session on series
--                 Index Cond: ((team_id = 'red'::text) AND (session_id = ANY ('{session-1}'::text[])))
--                 Filter: (cube = 'unit'::text)


select s.session_id, s.tool, sum(r.tool_calls) as calls
  from "series" s cross join lateral (select r.* from "rollup_quarter" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $2::timestamptz and r.bucket < $3::timestamptz union all select r.* from "rollup_day" r where r.team_id = $4 and r.series_id = s.series_id and r.grain = 1440 and r.bucket >= $5::timestamptz and r.bucket < $6::timestamptz union all select r.* from "rollup_quarter" r where r.team_id = $7 and r.series_id = s.series_id and r.grain = 15 and r.bucket >= $8::timestamptz and r.bucket < $9::timestamptz union all select r.* from "rollup_minute" r where r.team_id = $10 and r.series_id = s.series_id and r.grain = 1 and r.bucket >= $11::timestamptz and r.bucket < $12::timestamptz) r
  where s.team_id = $13 and s.cube = $14 and "s"."session_id" = any($15::text[])
  group by 1, 2 having sum(r.tool_calls) > 0 order by 3 desc, 2;

--   Sort
--     Sort Key: (sum("*SELECT* 1".tool_calls)) DESC, s.tool
--     ->  GroupAggregate
--           Group Key: s.session_id, s.tool
--           Filter: (sum("*SELECT* 1".tool_calls) > '0'::numeric)
--           ->  Incremental Sort
--                 Sort Key: s.session_id, s.tool
--                 Presorted Key: s.session_id
--                 ->  Nested Loop
--                       ->  Index Scan using series_session on series s
--                             Index Cond: ((team_id = 'red'::text) AND (session_id = ANY ('{session-1}'::text[])))
--                             Filter: (cube = 'unit_tool'::text)
--                       ->  Append
--                             ->  Subquery Scan on "*SELECT* 1"
--                                   ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_1
--                                         Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-08 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-09 00:00:00+00'::timestamp with time zone))
--                             ->  Subquery Scan on "*SELECT* 2"
--                                   ->  Index Scan using rollup_day_pkey on rollup_day r_2
--                                         Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1440) AND (bucket >= '2026-06-09 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 00:00:00+00'::timestamp with time zone))
--                             ->  Subquery Scan on "*SELECT* 3"
--                                   ->  Index Scan using rollup_quarter_pkey on rollup_quarter r_3
--                                         Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 15) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:30:00+00'::timestamp with time zone))
--                             ->  Subquery Scan on "*SELECT* 4"
--                                   ->  Index Scan using rollup_minute_pkey on rollup_minute r_4
--                                         Index Cond: ((team_id = 'red'::text) AND (series_id = s.series_id) AND (grain = 1) AND (bucket >= '2026-06-15 12:30:00+00'::timestamp with time zone) AND (bucket < '2026-06-15 12:35:00+00'::timestamp with time zone))
