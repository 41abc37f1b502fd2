-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select session_id, first_at, last_at from session
  where team_id = $1 and session_id = $2;

--   Index Scan using session_pkey on session
--     Index Cond: ((team_id = 'red'::text) AND (session_id = 'session-1'::text))


select "s"."session_id" as key, sum(r.llm_calls) as "llm_calls", sum(r.llm_errors) as "llm_errors", sum(r.unpriced_calls) as "unpriced_calls", sum(r.estimated_calls) as "estimated_calls", sum(r.input_tokens) as "input_tokens", sum(r.output_tokens) as "output_tokens", sum(r.cache_read_tokens) as "cache_read_tokens", coalesce(sum(r.cache_write_5m_tokens), 0) + coalesce(sum(r.cache_write_1h_tokens), 0) as "cache_write_tokens", sum(r.reasoning_tokens) as "reasoning_tokens", round(sum(r.cost_usd), 6) as "cost_usd", round(sum(r.llm_us) / nullif(sum(r.llm_timed), 0) / 1000, 3) as "avg_llm_ms", sum(r.tool_calls) as "tool_calls", sum(r.tool_errors) as "tool_errors", round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as "avg_tool_ms", sum(r.service_calls) as "service_calls", sum(r.git_commits) as "git_commits", max(r.memory_peak) as "memory_peak" from "series" s cross join lateral (select r.* from "rollup_ever" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 0) r
  where s.team_id = $2 and s.cube = $3 and "s"."session_id" = any($4::text[]) and "s"."session_id" is not null group by 1;

--   GroupAggregate
--     Group Key: s.session_id
--     ->  Nested Loop
--           Join Filter: (r.series_id = s.series_id)
--           ->  Index Scan using series_session on series s
--                 Index Cond: ((team_id = 'red'::text) AND (session_id = ANY ('{session-1}'::text[])))
--                 Filter: (cube = 'unit'::text)
--           ->  Index Scan using rollup_ever_pkey on rollup_ever r
--                 Index Cond: ((team_id = 'red'::text) AND (grain = 0))


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
  from "series" s cross join lateral (select r.* from "rollup_ever" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 0) r
  where s.team_id = $2 and s.cube = $3 and "s"."session_id" = any($4::text[])
  group by 1, 2 having sum(r.tool_calls) > 0 order by 3 desc, 2;

--   Sort
--     Sort Key: (sum(r.tool_calls)) DESC, s.tool
--     ->  GroupAggregate
--           Group Key: s.session_id, s.tool
--           Filter: (sum(r.tool_calls) > '0'::numeric)
--           ->  Incremental Sort
--                 Sort Key: s.session_id, s.tool
--                 Presorted Key: s.session_id
--                 ->  Nested Loop
--                       Join Filter: (r.series_id = s.series_id)
--                       ->  Index Scan using series_session on series s
--                             Index Cond: ((team_id = 'red'::text) AND (session_id = ANY ('{session-1}'::text[])))
--                             Filter: (cube = 'unit_tool'::text)
--                       ->  Index Scan using rollup_ever_pkey on rollup_ever r
--                             Index Cond: ((team_id = 'red'::text) AND (grain = 0))
