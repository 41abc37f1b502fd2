-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

/* planned once */
  select key.id as key, found.* from (values ($1::text)) as key (id)
  cross join lateral (select "row"."at", "row"."id", "row"."pid", "row"."cpu_percent", "row"."memory_bytes", "row"."threads", "row"."processes", "row"."status" from "process_sample" as row
  where row.team_id = $2 and key_of("row"."team_id", "row"."agent_id") = key_of($3, key.id) and "row"."agent_id" = key.id order by row.at desc, row.id desc limit $4) as found
  order by key, found.at desc, found.id desc;

--   Subquery Scan on found
--     ->  Limit
--           ->  Incremental Sort
--                 Sort Key: "row".at DESC, "row".id DESC
--                 Presorted Key: "row".at
--                 ->  Index Scan Backward using process_sample_default_key_of_at_idx on process_sample_default "row"
--                       Index Cond: (hashtextextended(agent_id, hashtextextended(team_id, '0'::bigint)) = '-1417900687784233049'::bigint)
--                       Filter: ((team_id = 'red'::text) AND (agent_id = 'agent-1'::text))


/* planned once */
  select key.id as key, found.* from (values ($1::text)) as key (id)
  cross join lateral (select "row"."at", "row"."id", "row"."operation", "row"."branch", "row"."sha", "row"."message", "row"."files_changed" from "git_activity" as row
  where row.team_id = $2 and key_of("row"."team_id", "row"."agent_id") = key_of($3, key.id) and "row"."agent_id" = key.id order by row.at desc, row.id desc limit $4) as found
  order by key, found.at desc, found.id desc;

--   Subquery Scan on found
--     ->  Limit
--           ->  Incremental Sort
--                 Sort Key: "row".at DESC, "row".id DESC
--                 Presorted Key: "row".at
--                 ->  Index Scan Backward using git_activity_default_key_of_at_idx on git_activity_default "row"
--                       Index Cond: (hashtextextended(agent_id, hashtextextended(team_id, '0'::bigint)) = '-1417900687784233049'::bigint)
--                       Filter: ((team_id = 'red'::text) AND (agent_id = 'agent-1'::text))


/* planned once */
  select key.id as key, found.* from (values ($1::text)) as key (id)
  cross join lateral (select "row"."at", "row"."id", "row"."level", "row"."message", "row"."source" from "log_entry" as row
  where row.team_id = $2 and key_of("row"."team_id", "row"."agent_id") = key_of($3, key.id) and "row"."agent_id" = key.id order by row.at desc, row.id desc limit $4) as found
  order by key, found.at desc, found.id desc;

--   Subquery Scan on found
--     ->  Limit
--           ->  Incremental Sort
--                 Sort Key: "row".at DESC, "row".id DESC
--                 Presorted Key: "row".at
--                 ->  Index Scan Backward using log_entry_default_key_of_at_idx on log_entry_default "row"
--                       Index Cond: (hashtextextended(agent_id, hashtextextended(team_id, '0'::bigint)) = '-1417900687784233049'::bigint)
--                       Filter: ((team_id = 'red'::text) AND (agent_id = 'agent-1'::text))


/* planned once */
  select key.id as key, chunk.* from (values ($1::text)) as key (id) cross join lateral (
  select "chunk"."team_id", "chunk"."agent_id", "chunk"."session_id", "chunk"."task_id", "chunk"."run_id", "chunk"."crew_id", "chunk"."parent_agent_id", "chunk"."parent_run_id", "chunk"."user_id", "chunk"."host", "chunk"."project", "chunk"."labels", "chunk"."at", "chunk"."max_at", "chunk"."ids", "chunk"."body" from log_chunk chunk where chunk.team_id = $2 and key_of("chunk"."team_id", "chunk"."agent_id") = key_of($3, key.id) and "chunk"."agent_id" = key.id
  order by chunk.max_at desc, substr(chunk.ids, 1, 17) desc limit 3
  ) as chunk order by key, chunk.max_at desc, substr(chunk.ids, 1, 17) desc;

--   Incremental Sort
--     Sort Key: chunk.max_at DESC, (substr(chunk.ids, 1, 17)) DESC
--     Presorted Key: chunk.max_at
--     ->  Subquery Scan on chunk
--           ->  Limit
--                 ->  Incremental Sort
--                       Sort Key: chunk_1.max_at DESC, (substr(chunk_1.ids, 1, 17)) DESC
--                       Presorted Key: chunk_1.max_at
--                       ->  Index Scan Backward using log_chunk_default_key_of_max_at_idx on log_chunk_default chunk_1
--                             Index Cond: (hashtextextended(agent_id, hashtextextended(team_id, '0'::bigint)) = '-1417900687784233049'::bigint)
--                             Filter: ((team_id = 'red'::text) AND (agent_id = 'agent-1'::text))


/* planned once */ select state."agent_id" as key, state.model as model, state.last_at, case when state.sub_agent is not null then state.parent_agent_id end as under from "agent" as state
  where state.team_id = $1 and state."agent_id" = any($2::text[]);

--   Index Scan using agent_newest on agent state
--     Index Cond: ((team_id = 'red'::text) AND (agent_id = ANY ('{agent-1}'::text[])))


/* planned once */
  select "s"."agent_id" as key, sum(r.llm_calls) as "llm_calls", sum(r.llm_errors) as "llm_errors", sum(r.unpriced_calls) as "unpriced_calls", sum(r.estimated_calls) as "estimated_calls", sum(r.input_tokens) as "input_tokens", sum(r.output_tokens) as "output_tokens", sum(r.cache_read_tokens) as "cache_read_tokens", coalesce(sum(r.cache_write_5m_tokens), 0) + coalesce(sum(r.cache_write_1h_tokens), 0) as "cache_write_tokens", sum(r.reasoning_tokens) as "reasoning_tokens", round(sum(r.cost_usd), 6) as "cost_usd", round(sum(r.llm_us) / nullif(sum(r.llm_timed), 0) / 1000, 3) as "avg_llm_ms", sum(r.tool_calls) as "tool_calls", sum(r.tool_errors) as "tool_errors", round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as "avg_tool_ms", sum(r.service_calls) as "service_calls", sum(r.git_commits) as "git_commits", max(r.memory_peak) as "memory_peak" from "series" s cross join lateral (select r.* from "rollup_ever" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 0) r
  where s.team_id = $2 and s.cube = $3 and s.session_id is null and s.task_id is null and s.run_id is null and "s"."agent_id" = $4 and "s"."agent_id" is not null group by 1;

--   GroupAggregate
--     ->  Nested Loop
--           Join Filter: (r.series_id = s.series_id)
--           ->  Index Scan using series_cube on series s
--                 Index Cond: ((team_id = 'red'::text) AND (cube = 'place'::text) AND (agent_id IS NOT NULL) AND (agent_id = 'agent-1'::text))
--           ->  Index Scan using rollup_ever_pkey on rollup_ever r
--                 Index Cond: ((team_id = 'red'::text) AND (grain = 0))
