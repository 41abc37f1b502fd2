-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

/* planned once */
  with unfolded as materialized (
  select batch_no, kinds, min_at, max_at from batch_ledger
  where team_id = $1 and folded_at is null order by batch_no desc limit 100)
  select agent_id from (
  (select agent_id, last_at from agent where team_id = $2 and sub_agent is null order by last_at desc, agent_id desc limit $3)
  union all
  select own.agent_id, max(own.at) from unfolded l cross join lateral (select r.agent_id, "r"."at" as at from "llm_call" r
  where 'llm_call' = any(l.kinds) and r.batch_no = l.batch_no and r.at between l.min_at and l.max_at
  and r.team_id = $4 union all select r.agent_id, "r"."at" as at from "tool_call" r
  where 'tool_call' = any(l.kinds) and r.batch_no = l.batch_no and r.at between l.min_at and l.max_at
  and r.team_id = $5 union all select r.agent_id, "r"."at" as at from "service_call" r
  where 'service_call' = any(l.kinds) and r.batch_no = l.batch_no and r.at between l.min_at and l.max_at
  and r.team_id = $6 union all select r.agent_id, "r"."at" as at from "agent_step" r
  where 'agent_step' = any(l.kinds) and r.batch_no = l.batch_no and r.at between l.min_at and l.max_at
  and r.team_id = $7 union all select r.agent_id, "r"."at" as at from "process_sample" r
  where 'process_sample' = any(l.kinds) and r.batch_no = l.batch_no and r.at between l.min_at and l.max_at
  and r.team_id = $8 union all select r.agent_id, "r"."at" as at from "git_activity" r
  where 'git_activity' = any(l.kinds) and r.batch_no = l.batch_no and r.at between l.min_at and l.max_at
  and r.team_id = $9 union all select r.agent_id, "r"."at" as at from "log_entry" r
  where 'log_entry' = any(l.kinds) and r.batch_no = l.batch_no and r.at between l.min_at and l.max_at
  and r.team_id = $10 union all select r.agent_id, "r"."at" as at from "task_event" r
  where 'task_event' = any(l.kinds) and r.batch_no = l.batch_no and r.at between l.min_at and l.max_at
  and r.team_id = $11 union all select r.agent_id, "r"."at" as at from "artifact" r
  where 'artifact' = any(l.kinds) and r.batch_no = l.batch_no and r.at between l.min_at and l.max_at
  and r.team_id = $12 union all select r.agent_id, "r"."at" as at from "run_event" r
  where 'run_event' = any(l.kinds) and r.batch_no = l.batch_no and r.at between l.min_at and l.max_at
  and r.team_id = $13 union all select r.agent_id, "r"."at" as at from "memory_operation" r
  where 'memory_operation' = any(l.kinds) and r.batch_no = l.batch_no and r.at between l.min_at and l.max_at
  and r.team_id = $14 union all select r.agent_id, "r"."max_at" as at from "log_chunk" r
  where 'log_entry' = any(l.kinds) and r.batch_no = l.batch_no and r.at between l.min_at and l.max_at
  and r.team_id = $15) as own group by own.agent_id
  ) as active group by agent_id order by max(last_at) desc, agent_id desc limit $16;

--   Limit
--     CTE unfolded
--       ->  Limit
--             ->  Index Scan Backward using batch_ledger_unfolded on batch_ledger
--                   Index Cond: (team_id = 'red'::text)
--     ->  Sort
--           Sort Key: (max(agent.last_at)) DESC, agent.agent_id DESC
--           ->  GroupAggregate
--                 Group Key: agent.agent_id
--                 ->  Sort
--                       Sort Key: agent.agent_id DESC
--                       ->  Append
--                             ->  Limit
--                                   ->  Index Scan using agent_newest on agent
--                                         Index Cond: (team_id = 'red'::text)
--                                         Filter: (sub_agent IS NULL)
--                             ->  GroupAggregate
--                                   Group Key: r.agent_id
--                                   ->  Sort
--                                         Sort Key: r.agent_id
--                                         ->  Nested Loop
--                                               ->  CTE Scan on unfolded l
--                                               ->  Append
--                                                     ->  Result
--                                                           One-Time Filter: ('llm_call'::text = ANY (l.kinds))
--                                                           ->  Index Scan using llm_call_default_batch_no_idx on llm_call_default r
--                                                                 Index Cond: (batch_no = l.batch_no)
--                                                                 Filter: ((at >= l.min_at) AND (at <= l.max_at) AND (team_id = 'red'::text))
--                                                     ->  Result
--                                                           One-Time Filter: ('tool_call'::text = ANY (l.kinds))
--                                                           ->  Index Scan using tool_call_default_batch_no_idx on tool_call_default r_1
--                                                                 Index Cond: (batch_no = l.batch_no)
--                                                                 Filter: ((at >= l.min_at) AND (at <= l.max_at) AND (team_id = 'red'::text))
--                                                     ->  Result
--                                                           One-Time Filter: ('service_call'::text = ANY (l.kinds))
--                                                           ->  Index Scan using service_call_default_batch_no_idx on service_call_default r_2
--                                                                 Index Cond: (batch_no = l.batch_no)
--                                                                 Filter: ((at >= l.min_at) AND (at <= l.max_at) AND (team_id = 'red'::text))
--                                                     ->  Result
--                                                           One-Time Filter: ('agent_step'::text = ANY (l.kinds))
--                                                           ->  Index Scan using agent_step_default_batch_no_idx on agent_step_default r_3
--                                                                 Index Cond: (batch_no = l.batch_no)
--                                                                 Filter: ((at >= l.min_at) AND (at <= l.max_at) AND (team_id = 'red'::text))
--                                                     ->  Result
--                                                           One-Time Filter: ('process_sample'::text = ANY (l.kinds))
--                                                           ->  Index Scan using process_sample_default_batch_no_idx on process_sample_default r_4
--                                                                 Index Cond: (batch_no = l.batch_no)
--                                                                 Filter: ((at >= l.min_at) AND (at <= l.max_at) AND (team_id = 'red'::text))
--                                                     ->  Result
--                                                           One-Time Filter: ('git_activity'::text = ANY (l.kinds))
--                                                           ->  Index Scan using git_activity_default_batch_no_idx on git_activity_default r_5
--                                                                 Index Cond: (batch_no = l.batch_no)
--                                                                 Filter: ((at >= l.min_at) AND (at <= l.max_at) AND (team_id = 'red'::text))
--                                                     ->  Result
--                                                           One-Time Filter: ('log_entry'::text = ANY (l.kinds))
--                                                           ->  Index Scan using log_entry_default_batch_no_idx on log_entry_default r_6
--                                                                 Index Cond: (batch_no = l.batch_no)
--                                                                 Filter: ((at >= l.min_at) AND (at <= l.max_at) AND (team_id = 'red'::text))
--                                                     ->  Result
--                                                           One-Time Filter: ('task_event'::text = ANY (l.kinds))
--                                                           ->  Index Scan using task_event_default_batch_no_idx on task_event_default r_7
--                                                                 Index Cond: (batch_no = l.batch_no)
--                                                                 Filter: ((at >= l.min_at) AND (at <= l.max_at) AND (team_id = 'red'::text))
--                                                     ->  Result
--                                                           One-Time Filter: ('artifact'::text = ANY (l.kinds))
--                                                           ->  Index Scan using artifact_default_batch_no_idx on artifact_default r_8
--                                                                 Index Cond: (batch_no = l.batch_no)
--                                                                 Filter: ((at >= l.min_at) AND (at <= l.max_at) AND (team_id = 'red'::text))
--                                                     ->  Result
--                                                           One-Time Filter: ('run_event'::text = ANY (l.kinds))
--                                                           ->  Index Scan using run_event_default_batch_no_idx on run_event_default r_9
--                                                                 Index Cond: (batch_no = l.batch_no)
--                                                                 Filter: ((at >= l.min_at) AND (at <= l.max_at) AND (team_id = 'red'::text))
--                                                     ->  Result
--                                                           One-Time Filter: ('memory_operation'::text = ANY (l.kinds))
--                                                           ->  Index Scan using memory_operation_default_team_id_agent_id_at_idx on memory_operation_default r_10
--                                                                 Index Cond: ((team_id = 'red'::text) AND (at >= l.min_at) AND (at <= l.max_at))
--                                                                 Filter: (batch_no = l.batch_no)
--                                                     ->  Result
--                                                           One-Time Filter: ('log_entry'::text = ANY (l.kinds))
--                                                           ->  Index Scan using log_chunk_default_team_id_max_at_idx on log_chunk_default r_11
--                                                                 Index Cond: (team_id = 'red'::text)
--                                                                 Filter: ((at >= l.min_at) AND (at <= l.max_at) AND (batch_no = l.batch_no))


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


select (extract(epoch from committed_at - received_at) * 1000)::double precision as lag_ms from batch_ledger
  where team_id = $1 and folded_at > now() - $2::interval
  order by folded_at desc limit 1;

--   Limit
--     ->  Sort
--           Sort Key: folded_at DESC
--           ->  Bitmap Heap Scan on batch_ledger
--                 Recheck Cond: (team_id = 'red'::text)
--                 Filter: (folded_at > (now() - '00:05:00'::interval))
--                 ->  Bitmap Index Scan on batch_ledger_pkey
--                       Index Cond: (team_id = 'red'::text)


select "time_zone" from "team" where "team_id" = $1;

--   Index Scan using team_pkey on team
--     Index Cond: (team_id = 'red'::text)


select sum(r.llm_calls) as "llm_calls", sum(r.llm_errors) as "llm_errors", sum(r.unpriced_calls) as "unpriced_calls", sum(r.estimated_calls) as "estimated_calls", sum(r.input_tokens) as "input_tokens", sum(r.output_tokens) as "output_tokens", sum(r.cache_read_tokens) as "cache_read_tokens", coalesce(sum(r.cache_write_5m_tokens), 0) + coalesce(sum(r.cache_write_1h_tokens), 0) as "cache_write_tokens", sum(r.reasoning_tokens) as "reasoning_tokens", round(sum(r.cost_usd), 6) as "cost_usd", round(sum(r.llm_us) / nullif(sum(r.llm_timed), 0) / 1000, 3) as "avg_llm_ms", sum(r.tool_calls) as "tool_calls", sum(r.tool_errors) as "tool_errors", round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as "avg_tool_ms", sum(r.service_calls) as "service_calls", sum(r.git_commits) as "git_commits", max(r.memory_peak) as "memory_peak" from "series" s cross join lateral (select r.* from "rollup_ever" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 0) r
  where s.team_id = $2 and s.cube = $3 and s.session_id is null and s.task_id is null and s.run_id is null;

--   Aggregate
--     ->  Nested Loop
--           Join Filter: (r.series_id = s.series_id)
--           ->  Index Scan using series_cube on series s
--                 Index Cond: ((team_id = 'red'::text) AND (cube = 'team'::text))
--           ->  Index Scan using rollup_ever_pkey on rollup_ever r
--                 Index Cond: ((team_id = 'red'::text) AND (grain = 0))


select sum(r.llm_calls) as "llm_calls", sum(r.llm_errors) as "llm_errors", sum(r.unpriced_calls) as "unpriced_calls", sum(r.estimated_calls) as "estimated_calls", sum(r.input_tokens) as "input_tokens", sum(r.output_tokens) as "output_tokens", sum(r.cache_read_tokens) as "cache_read_tokens", coalesce(sum(r.cache_write_5m_tokens), 0) + coalesce(sum(r.cache_write_1h_tokens), 0) as "cache_write_tokens", sum(r.reasoning_tokens) as "reasoning_tokens", round(sum(r.cost_usd), 6) as "cost_usd", round(sum(r.llm_us) / nullif(sum(r.llm_timed), 0) / 1000, 3) as "avg_llm_ms", sum(r.tool_calls) as "tool_calls", sum(r.tool_errors) as "tool_errors", round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as "avg_tool_ms", sum(r.service_calls) as "service_calls", sum(r.git_commits) as "git_commits", max(r.memory_peak) as "memory_peak" from "series" s cross join lateral (select r.* from "rollup_day" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 1440 and r.bucket >= $2::timestamptz and r.bucket < $3::timestamptz) r
  where s.team_id = $4 and s.cube = $5 and s.session_id is null and s.task_id is null and s.run_id is null;

--   Aggregate
--     ->  Nested Loop
--           Join Filter: (r.series_id = s.series_id)
--           ->  Index Scan using series_cube on series s
--                 Index Cond: ((team_id = 'red'::text) AND (cube = 'team'::text))
--           ->  Index Scan using rollup_day_pkey on rollup_day r
--                 Index Cond: ((team_id = 'red'::text) AND (grain = 1440) AND (bucket >= '2026-06-15 00:00:00+00'::timestamp with time zone) AND (bucket < '2026-06-16 00:00:00+00'::timestamp with time zone))


select
  (select count(*) from agent where team_id = $1 and sub_agent is null) as agents,
  (select count(distinct agent_id) from run where team_id = $2 and ended_at is null) as running,
  (select count(*) from agent join run using (team_id, run_id)
  where agent.team_id = $3 and agent.sub_agent is null and run.end_reason not in ('completed', 'cancelled', 'unknown')) as failing;

--   Result
--     InitPlan 1
--       ->  Aggregate
--             ->  Index Scan using agent_newest on agent
--                   Index Cond: (team_id = 'red'::text)
--                   Filter: (sub_agent IS NULL)
--     InitPlan 2
--       ->  Aggregate
--             ->  Index Only Scan using run_open on run
--                   Index Cond: (team_id = 'red'::text)
--     InitPlan 3
--       ->  Aggregate
--             ->  Nested Loop
--                   Join Filter: (run_1.run_id = agent_1.run_id)
--                   ->  Index Scan using agent_newest on agent agent_1
--                         Index Cond: (team_id = 'red'::text)
--                         Filter: (sub_agent IS NULL)
--                   ->  Index Scan using run_pkey on run run_1
--                         Index Cond: (team_id = 'red'::text)
--                         Filter: (end_reason <> ALL ('{completed,cancelled,unknown}'::text[]))
