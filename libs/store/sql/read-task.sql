-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select task_id, crew_id, agent_id, session_id, status, start_time, end_time, inputs,
  case when status = 'FAILED' then left(error_message, 200) end as error_preview, output, error_message from task
  where team_id = $1 and task_id = $2;

--   Index Scan using task_status on task
--     Index Cond: (team_id = 'red'::text)
--     Filter: (task_id = 'task-1'::text)


select sum(r.llm_calls) as "llm_calls", sum(r.llm_errors) as "llm_errors", sum(r.unpriced_calls) as "unpriced_calls", sum(r.estimated_calls) as "estimated_calls", sum(r.input_tokens) as "input_tokens", sum(r.output_tokens) as "output_tokens", sum(r.cache_read_tokens) as "cache_read_tokens", coalesce(sum(r.cache_write_5m_tokens), 0) + coalesce(sum(r.cache_write_1h_tokens), 0) as "cache_write_tokens", sum(r.reasoning_tokens) as "reasoning_tokens", round(sum(r.cost_usd), 6) as "cost_usd", round(sum(r.llm_us) / nullif(sum(r.llm_timed), 0) / 1000, 3) as "avg_llm_ms", sum(r.tool_calls) as "tool_calls", sum(r.tool_errors) as "tool_errors", round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as "avg_tool_ms", sum(r.service_calls) as "service_calls", sum(r.git_commits) as "git_commits", max(r.memory_peak) as "memory_peak" from "series" s cross join lateral (select r.* from "rollup_ever" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 0) r
  where s.team_id = $2 and s.cube = $3 and "s"."task_id" = $4;

--   Aggregate
--     ->  Nested Loop
--           Join Filter: (r.series_id = s.series_id)
--           ->  Index Scan using series_task on series s
--                 Index Cond: ((team_id = 'red'::text) AND (task_id = 'task-1'::text))
--                 Filter: (cube = 'unit'::text)
--           ->  Index Scan using rollup_ever_pkey on rollup_ever r
--                 Index Cond: ((team_id = 'red'::text) AND (grain = 0))


select min(first_at) as "from", max(last_at) as "to" from (
  select first_at, last_at + interval '1 minute' as last_at from unit_total
  where team_id = $1 and cube = 'unit' and task_id = $2
  union all
  select min_at, max_at from batch_ledger where team_id = $3 and folded_at is null
  ) as span;

--   Aggregate
--     ->  Append
--           ->  Index Scan using unit_total_run on unit_total
--                 Index Cond: ((team_id = 'red'::text) AND (cube = 'unit'::text))
--                 Filter: (task_id = 'task-1'::text)
--           ->  Index Scan using batch_ledger_unfolded on batch_ledger
--                 Index Cond: (team_id = 'red'::text)


select run_id, agent_id, session_id, task_id, host, pid, command, end_reason, exit_code, signal,
  started_at, ended_at, output_capture, sample_at is not null as sampled from run where team_id = $1 and "task_id" = $2
  order by started_at desc, run_id desc limit $3 offset $4;

--   Limit
--     ->  Index Scan using run_newest on run
--           Index Cond: (team_id = 'red'::text)
--           Filter: (task_id = 'task-1'::text)


select distinct on (crew_id) crew_id, profile -> 'input_summary' as keys from crew
  where team_id = $1 order by crew_id, seen_at desc;

--   Unique
--     ->  Sort
--           Sort Key: crew_id, seen_at DESC
--           ->  Bitmap Heap Scan on crew
--                 Recheck Cond: (team_id = 'red'::text)
--                 ->  Bitmap Index Scan on crew_pkey
--                       Index Cond: (team_id = 'red'::text)


select name, index, duration_ms, summary, at from agent_step where team_id = $1 and key_of("team_id", "task_id") = key_of($2, $3) and "task_id" = $4 and at between $5 and $6 order by at, id limit 101;

--   Limit
--     ->  Sort
--           Sort Key: agent_step.at, agent_step.id
--           ->  Index Scan using agent_step_default_key_of_idx on agent_step_default agent_step
--                 Index Cond: (hashtextextended(task_id, hashtextextended(team_id, '0'::bigint)) = '4137009040033964587'::bigint)
--                 Filter: ((at >= '2026-06-14 10:00:00+00'::timestamp with time zone) AND (at <= '2026-06-14 10:15:00+00'::timestamp with time zone) AND (team_id = 'red'::text) AND (task_id = 'task-1'::text))


select name, input, output, success from (select agent_id, min(first_at) as first_at, max(last_at) as last_at from (
  select agent_id, first_at, last_at + interval '1 minute' as last_at from unit_total as unit where unit.team_id = $1 and unit.cube = 'unit' and "unit"."task_id" = $2
  union all select own.* from batch_ledger l cross join lateral (
  select r.agent_id, min(r.at) as first_at, max(r.at) as last_at from "tool_call" r
  where r.batch_no = l.batch_no and r.at between l.min_at and l.max_at and r.team_id = $3 and "r"."task_id" = $4 group by r.agent_id) as own
  where l.team_id = $5 and l.folded_at is null and $6 = any(l.kinds)
  ) as span group by agent_id) as span cross join lateral (
  select at, id, tool_name as name, input_preview as input, output_preview as output, success from tool_call
  where team_id = $7 and key_of("team_id", "task_id") = key_of($8, $9) and "task_id" = $10 and at between $11 and $12 and key_of("team_id", "agent_id") = key_of($13, span.agent_id) and "agent_id" = span.agent_id
  and at between span.first_at and span.last_at
  and (md5(case when coalesce("tool_call"."attributes" ->> 'signal' = 'wire', false) then 'wire ' || "tool_call"."id" else coalesce(
  coalesce('session ' || "tool_call"."session_id", 'run ' || "tool_call"."run_id") || ':' || "tool_call"."tool_call_id",
  case when "tool_call"."attributes" ->> 'signal' = 'span' then 'span ' || "tool_call"."trace_id" || ':' || "tool_call"."span_id" end) end)::uuid is null or not exists (select from "tool_call" as twin
  where key_of(twin.team_id, twin.agent_id) = key_of($14, "tool_call"."agent_id") and twin.agent_id = "tool_call"."agent_id"
  and twin.at = "tool_call"."at" and twin.id = "tool_call"."id" and (twin.batch_no, twin.ctid) < ("tool_call"."batch_no", "tool_call"."ctid"))) and not (coalesce("tool_call"."attributes" ->> 'signal' = 'wire', false) and exists (select from told_tool where told_tool.team_id = $15
  and told_tool.name in (md5('told ' || ('run ' || "tool_call"."run_id"))::uuid, md5('told ' || ('session ' || "tool_call"."session_id"))::uuid, md5('told ' || ('agent ' || "tool_call"."agent_id" || ' ' || floor(extract(epoch from "tool_call"."at") / 3600)::bigint))::uuid) )) and not exists (
  select from told_tool t where t.team_id = $16 and t.name = md5(case when coalesce("tool_call"."attributes" ->> 'signal' = 'wire', false) then 'wire ' || "tool_call"."id" else coalesce(
  coalesce('session ' || "tool_call"."session_id", 'run ' || "tool_call"."run_id") || ':' || "tool_call"."tool_call_id",
  case when "tool_call"."attributes" ->> 'signal' = 'span' then 'span ' || "tool_call"."trace_id" || ':' || "tool_call"."span_id" end) end)::uuid and t.record_id <> "tool_call"."id"
  and exists (select from "tool_call" as counted
  where key_of(counted.team_id, counted.agent_id) = key_of($17, "tool_call"."agent_id") and counted.agent_id = "tool_call"."agent_id"
  and counted.at = t.at and counted.id = t.record_id
  and true and "task_id" = $18)) order by at, id limit 101
  ) as call order by at, id limit 101;

--   Limit
--     ->  Sort
--           Sort Key: tool_call.at, tool_call.id
--           ->  Nested Loop
--                 ->  GroupAggregate
--                       Group Key: unit.agent_id
--                       ->  Sort
--                             Sort Key: unit.agent_id
--                             ->  Append
--                                   ->  Index Scan using unit_total_run on unit_total unit
--                                         Index Cond: ((team_id = 'red'::text) AND (cube = 'unit'::text))
--                                         Filter: (task_id = 'task-1'::text)
--                                   ->  Nested Loop
--                                         ->  Index Scan using batch_ledger_unfolded on batch_ledger l
--                                               Index Cond: (team_id = 'red'::text)
--                                               Filter: ('tool_call'::text = ANY (kinds))
--                                         ->  GroupAggregate
--                                               Group Key: r.agent_id
--                                               ->  Sort
--                                                     Sort Key: r.agent_id
--                                                     ->  Index Scan using tool_call_default_batch_no_idx on tool_call_default r
--                                                           Index Cond: (batch_no = l.batch_no)
--                                                           Filter: ((at >= l.min_at) AND (at <= l.max_at) AND (team_id = 'red'::text) AND (task_id = 'task-1'::text))
--                 ->  Limit
--                       ->  Incremental Sort
--                             Sort Key: tool_call.at, tool_call.id
--                             Presorted Key: tool_call.at
--                             ->  Nested Loop Anti Join
--                                   ->  Index Scan using tool_call_default_key_of_at_idx on tool_call_default tool_call
--                                         Index Cond: ((hashtextextended(agent_id, hashtextextended(team_id, '0'::bigint)) = hashtextextended(unit.agent_id, '3932153850680209387'::bigint)) AND (at >= '2026-06-14 10:00:00+00'::timestamp with time zone) AND (at <= '2026-06-14 10:15:00+00'::timestamp with time zone) AND (at >= (min(unit.first_at))) AND (at <= (max(((unit.last_at + '00:01:00'::interval))))))
--                                         Filter: ((team_id = 'red'::text) AND (task_id = 'task-1'::text) AND (agent_id = unit.agent_id) AND (hashtextextended(task_id, hashtextextended(team_id, '0'::bigint)) = '4137009040033964587'::bigint) AND (((md5(CASE WHEN COALESCE(((attributes ->> 'signal'::text) = 'wire'::text), false) THEN ('wire '::text || (id)::text) ELSE COALESCE(((COALESCE(('session '::text || session_id), ('run '::text || run_id)) || ':'::text) || tool_call_id), CASE WHEN ((attributes ->> 'signal'::text) = 'span'::text) THEN ((('span '::text || trace_id) || ':'::text) || span_id) ELSE NULL::text END) END))::uuid IS NULL) OR (NOT EXISTS(SubPlan 1))) AND ((NOT COALESCE(((attributes ->> 'signal'::text) = 'wire'::text), false)) OR (NOT EXISTS(SubPlan 2))))
--                                         SubPlan 1
--                                           ->  Index Scan using tool_call_default_key_of_at_idx on tool_call_default twin
--                                                 Index Cond: ((hashtextextended(agent_id, hashtextextended(team_id, '0'::bigint)) = hashtextextended(tool_call.agent_id, '3932153850680209387'::bigint)) AND (at = tool_call.at))
--                                                 Filter: ((agent_id = tool_call.agent_id) AND (id = tool_call.id) AND (ROW(batch_no, ctid) < ROW(tool_call.batch_no, tool_call.ctid)))
--                                         SubPlan 2
--                                           ->  Index Only Scan using told_tool_pkey on told_tool
--                                                 Index Cond: ((team_id = 'red'::text) AND (name = ANY (ARRAY[(md5(('told '::text || ('run '::text || tool_call.run_id))))::uuid, (md5(('told '::text || ('session '::text || tool_call.session_id))))::uuid, (md5(('told '::text || ((('agent '::text || tool_call.agent_id) || ' '::text) || ((floor((EXTRACT(epoch FROM tool_call.at) / '3600'::numeric)))::bigint)::text))))::uuid])))
--                                   ->  Index Scan using told_tool_pkey on told_tool t
--                                         Index Cond: ((team_id = 'red'::text) AND (name = (md5(CASE WHEN COALESCE(((tool_call.attributes ->> 'signal'::text) = 'wire'::text), false) THEN ('wire '::text || (tool_call.id)::text) ELSE COALESCE(((COALESCE(('session '::text || tool_call.session_id), ('run '::text || tool_call.run_id)) || ':'::text) || tool_call.tool_call_id), CASE WHEN ((tool_call.attributes ->> 'signal'::text) = 'span'::text) THEN ((('span '::text || tool_call.trace_id) || ':'::text) || tool_call.span_id) ELSE NULL::text END) END))::uuid))
--                                         Filter: ((record_id <> tool_call.id) AND (ANY ((hashtextextended(tool_call.agent_id, '3932153850680209387'::bigint) = (hashed SubPlan 4).col1) AND (tool_call.agent_id = (hashed SubPlan 4).col2) AND (at = (hashed SubPlan 4).col3) AND (record_id = (hashed SubPlan 4).col4))))
--                                         SubPlan 4
--                                           ->  Seq Scan on tool_call_default counted
--                                                 Disabled: true
--                                                 Filter: (task_id = 'task-1'::text)


select id, at, level, message, source from log_entry
  where team_id = $1 and key_of("team_id", "task_id") = key_of($2, $3) and "task_id" = $4 and at between $5 and $6 and level in ('warning', 'error') order by at, id limit 101;

--   Limit
--     ->  Incremental Sort
--           Sort Key: log_entry.at, log_entry.id
--           Presorted Key: log_entry.at
--           ->  Index Scan using log_entry_default_team_id_task_id_at_idx on log_entry_default log_entry
--                 Index Cond: ((team_id = 'red'::text) AND (task_id = 'task-1'::text) AND (at >= '2026-06-14 10:00:00+00'::timestamp with time zone) AND (at <= '2026-06-14 10:15:00+00'::timestamp with time zone))
--                 Filter: (hashtextextended(task_id, hashtextextended(team_id, '0'::bigint)) = '4137009040033964587'::bigint)


select "chunk"."team_id", "chunk"."agent_id", "chunk"."session_id", "chunk"."task_id", "chunk"."run_id", "chunk"."crew_id", "chunk"."parent_agent_id", "chunk"."parent_run_id", "chunk"."user_id", "chunk"."host", "chunk"."project", "chunk"."labels", "chunk"."at", "chunk"."max_at", "chunk"."ids", "chunk"."body" from log_chunk chunk where chunk.team_id = $1 and key_of("chunk"."team_id", "chunk"."task_id") = key_of($2, $3) and "chunk"."task_id" = $4 and chunk.warnings + chunk.errors > 0 and chunk.at between $5 and $6
  order by chunk.max_at asc, substr(chunk.ids, 1, 17) asc limit $7;

--   Limit
--     ->  Incremental Sort
--           Sort Key: chunk.max_at, (substr(chunk.ids, 1, 17))
--           Presorted Key: chunk.max_at
--           ->  Index Scan using log_chunk_default_key_of_max_at_idx3 on log_chunk_default chunk
--                 Index Cond: (hashtextextended(task_id, hashtextextended(team_id, '0'::bigint)) = '4137009040033964587'::bigint)
--                 Filter: ((at >= '2026-06-14 10:00:00+00'::timestamp with time zone) AND (at <= '2026-06-14 10:15:00+00'::timestamp with time zone) AND (team_id = 'red'::text) AND (task_id = 'task-1'::text) AND ((warnings + errors) > 0))


select id, event_type, status, attempt, data, metadata, at from (
  select *, status in ('COMPLETED', 'FAILED', 'CANCELLED') as is_end,
  status is not distinct from lag(status) over (partition by status is null order by at, id) as told_before
  from task_event where team_id = $1 and key_of("team_id", "task_id") = key_of($2, $3) and "task_id" = $4 and at between $5 and $6) as event
  order by is_end is not true, status is null or told_before, at, id limit 101;

--   Limit
--     ->  Sort
--           Sort Key: ((event.is_end IS NOT TRUE)), (((event.status IS NULL) OR event.told_before)), event.at, event.id
--           ->  Subquery Scan on event
--                 ->  WindowAgg
--                       Window: w1 AS (PARTITION BY ((task_event.status IS NULL)) ORDER BY task_event.at, task_event.id)
--                       ->  Sort
--                             Sort Key: ((task_event.status IS NULL)), task_event.at, task_event.id
--                             ->  Index Scan using task_event_default_key_of_idx on task_event_default task_event
--                                   Index Cond: (hashtextextended(task_id, hashtextextended(team_id, '0'::bigint)) = '4137009040033964587'::bigint)
--                                   Filter: ((at >= '2026-06-14 10:00:00+00'::timestamp with time zone) AND (at <= '2026-06-14 10:15:00+00'::timestamp with time zone) AND (team_id = 'red'::text) AND (task_id = 'task-1'::text))


select id, artifact_type, uri, size_bytes, sha256, metadata, at from artifact where team_id = $1 and key_of("team_id", "task_id") = key_of($2, $3) and "task_id" = $4 and at between $5 and $6 order by at, id limit 101;

--   Limit
--     ->  Sort
--           Sort Key: artifact.at, artifact.id
--           ->  Index Scan using artifact_default_key_of_idx on artifact_default artifact
--                 Index Cond: (hashtextextended(task_id, hashtextextended(team_id, '0'::bigint)) = '4137009040033964587'::bigint)
--                 Filter: ((at >= '2026-06-14 10:00:00+00'::timestamp with time zone) AND (at <= '2026-06-14 10:15:00+00'::timestamp with time zone) AND (team_id = 'red'::text) AND (task_id = 'task-1'::text))


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
