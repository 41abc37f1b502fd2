-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select run_id, agent_id, session_id, task_id, host, pid, command, end_reason, exit_code, signal,
  started_at, ended_at, output_capture, sample_at is not null as sampled from run where team_id = $1 and run_id = $2;

--   Index Scan using run_agent on run
--     Index Cond: (team_id = 'red'::text)
--     Filter: (run_id = 'run-1'::text)


select "s"."run_id" as key, sum(r.llm_calls) as "llm_calls", sum(r.llm_errors) as "llm_errors", sum(r.unpriced_calls) as "unpriced_calls", sum(r.estimated_calls) as "estimated_calls", sum(r.input_tokens) as "input_tokens", sum(r.output_tokens) as "output_tokens", sum(r.cache_read_tokens) as "cache_read_tokens", coalesce(sum(r.cache_write_5m_tokens), 0) + coalesce(sum(r.cache_write_1h_tokens), 0) as "cache_write_tokens", sum(r.reasoning_tokens) as "reasoning_tokens", round(sum(r.cost_usd), 6) as "cost_usd", round(sum(r.llm_us) / nullif(sum(r.llm_timed), 0) / 1000, 3) as "avg_llm_ms", sum(r.tool_calls) as "tool_calls", sum(r.tool_errors) as "tool_errors", round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as "avg_tool_ms", sum(r.service_calls) as "service_calls", sum(r.git_commits) as "git_commits", max(r.memory_peak) as "memory_peak" from "series" s cross join lateral (select r.* from "rollup_ever" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 0) r
  where s.team_id = $2 and s.cube = $3 and "s"."run_id" = any($4::text[]) and "s"."run_id" is not null group by 1;

--   GroupAggregate
--     Group Key: s.run_id
--     ->  Nested Loop
--           Join Filter: (r.series_id = s.series_id)
--           ->  Index Scan using series_run on series s
--                 Index Cond: ((team_id = 'red'::text) AND (run_id = ANY ('{run-1}'::text[])))
--                 Filter: (cube = 'unit'::text)
--           ->  Index Scan using rollup_ever_pkey on rollup_ever r
--                 Index Cond: ((team_id = 'red'::text) AND (grain = 0))


select s.run_id, array_agg(distinct s.agent_id) as agent_ids, max(r.cpu_peak) as cpu,
  max(r.processes_peak) as processes
  from series s join rollup r on r.team_id = s.team_id and r.series_id = s.series_id and r.grain = 0
  where s.team_id = $1 and s.cube = 'unit' and s.run_id = any($2::text[])
  group by s.run_id;

--   GroupAggregate
--     Group Key: s.run_id
--     ->  Incremental Sort
--           Sort Key: s.run_id, s.agent_id
--           Presorted Key: s.run_id
--           ->  Nested Loop
--                 Join Filter: (r.series_id = s.series_id)
--                 ->  Index Scan using series_run on series s
--                       Index Cond: ((team_id = 'red'::text) AND (run_id = ANY ('{run-1}'::text[])))
--                       Filter: (cube = 'unit'::text)
--                 ->  Index Scan using rollup_ever_pkey on rollup_ever r
--                       Index Cond: ((team_id = 'red'::text) AND (grain = 0))
