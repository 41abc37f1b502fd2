-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select a.agent_id, a.first_at, a.last_at, greatest(a.active_at, a.logged_at) as active_at, a.host, a.crew_id,
  a.parent_agent_id, a.sub_agent, a.name, r.run_id, r.started_at as run_started_at, r.ended_at as run_ended_at, r.end_reason, r.paused,
  r.pause_at, r.limit_name, r.limit_step, r.limit_at, r.limit_value, r.limit_cap,
  r.sample_at is not null as sampled
  from agent a left join run r on r.team_id = a.team_id and r.run_id = a.run_id
  where a.team_id = $1
  order by a.last_at desc, a.agent_id desc limit $2 offset $3;

--   Limit
--     ->  Nested Loop Left Join
--           Join Filter: (r.run_id = a.run_id)
--           ->  Index Scan using agent_newest on agent a
--                 Index Cond: (team_id = 'red'::text)
--           ->  Index Scan using run_pkey on run r
--                 Index Cond: (team_id = 'red'::text)


select "s"."agent_id" as key, sum(r.llm_calls) as "llm_calls", sum(r.llm_errors) as "llm_errors", sum(r.unpriced_calls) as "unpriced_calls", sum(r.estimated_calls) as "estimated_calls", sum(r.input_tokens) as "input_tokens", sum(r.output_tokens) as "output_tokens", sum(r.cache_read_tokens) as "cache_read_tokens", coalesce(sum(r.cache_write_5m_tokens), 0) + coalesce(sum(r.cache_write_1h_tokens), 0) as "cache_write_tokens", sum(r.reasoning_tokens) as "reasoning_tokens", round(sum(r.cost_usd), 6) as "cost_usd", round(sum(r.llm_us) / nullif(sum(r.llm_timed), 0) / 1000, 3) as "avg_llm_ms", sum(r.tool_calls) as "tool_calls", sum(r.tool_errors) as "tool_errors", round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as "avg_tool_ms", sum(r.service_calls) as "service_calls", sum(r.git_commits) as "git_commits", max(r.memory_peak) as "memory_peak" from "series" s cross join lateral (select r.* from "rollup_ever" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 0) r
  where s.team_id = $2 and s.cube = $3 and s.session_id is null and s.task_id is null and s.run_id is null and "s"."agent_id" = any($4::text[]) and "s"."agent_id" is not null group by 1;

--   GroupAggregate
--     Group Key: s.agent_id
--     ->  Nested Loop
--           Join Filter: (r.series_id = s.series_id)
--           ->  Index Scan using series_cube on series s
--                 Index Cond: ((team_id = 'red'::text) AND (cube = 'place'::text) AND (agent_id = ANY ('{agent-1}'::text[])) AND (agent_id IS NOT NULL))
--           ->  Index Scan using rollup_ever_pkey on rollup_ever r
--                 Index Cond: ((team_id = 'red'::text) AND (grain = 0))
