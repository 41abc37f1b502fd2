-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select to_jsonb(found) as record from (select own.* from (select agent_id, timestamptz '-infinity' as first_at, timestamptz 'infinity' as last_at from (
  select agent_id from agent where team_id = $1 and sub_agent is null and last_at >= $2::timestamptz
  union select agent_id from (select own.* from batch_ledger l cross join lateral (
  select r.agent_id, min(r.at) as first_at, max(r.at) as last_at from "llm_call" r
  where r.batch_no = l.batch_no and r.at between l.min_at and l.max_at and r.team_id = $3 and r.at >= $4::timestamptz group by r.agent_id) as own
  where l.team_id = $5 and l.folded_at is null and $6 = any(l.kinds)) as unfolded) as known) as known
  cross join lateral (select "at", "id", "team_id", "agent_id", "session_id", "task_id", "run_id", "crew_id", "trace_id", "span_id", "parent_span_id", "parent_agent_id", "parent_run_id", "user_id", "host", "project", "labels", "attributes", "provider", "model", "response_model", "operation", "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens", "reasoning_tokens", "service_tier", "speed", "reported_cost_usd", "duration_ms", "ttft_ms", "stop_reason", "message_count", "tool_count", "tool_calls", "attempt", "streamed", "status", "error_type", "error_message", "origin", "request_id", "message_id", "cost_usd", "cost_source", "price_version" from "llm_call" where team_id = $7 and at >= $8::timestamptz and key_of("team_id", "agent_id") = key_of($9, known.agent_id) and "agent_id" = known.agent_id and at between known.first_at and known.last_at
  order by at desc, id desc limit $10) as own) as found
  order by at desc, id desc limit $11 offset $12;

--   Limit
--     ->  Sort
--           Sort Key: llm_call.at DESC, llm_call.id DESC
--           ->  Nested Loop
--                 ->  Unique
--                       ->  Merge Append
--                             Sort Key: agent.agent_id
--                             ->  Index Scan using agent_pkey on agent
--                                   Index Cond: (team_id = 'red'::text)
--                                   Filter: ((sub_agent IS NULL) AND (last_at >= '2026-06-08 12:34:56+00'::timestamp with time zone))
--                             ->  Sort
--                                   Sort Key: r.agent_id
--                                   ->  Nested Loop
--                                         ->  Index Scan using batch_ledger_unfolded on batch_ledger l
--                                               Index Cond: (team_id = 'red'::text)
--                                               Filter: ('llm_call'::text = ANY (kinds))
--                                         ->  GroupAggregate
--                                               Group Key: r.agent_id
--                                               ->  Sort
--                                                     Sort Key: r.agent_id
--                                                     ->  Index Scan using llm_call_default_batch_no_idx on llm_call_default r
--                                                           Index Cond: (batch_no = l.batch_no)
--                                                           Filter: ((at >= l.min_at) AND (at <= l.max_at) AND (at >= '2026-06-08 12:34:56+00'::timestamp with time zone) AND (team_id = 'red'::text))
--                 ->  Limit
--                       ->  Incremental Sort
--                             Sort Key: llm_call.at DESC, llm_call.id DESC
--                             Presorted Key: llm_call.at
--                             ->  Index Scan Backward using llm_call_default_key_of_at_idx on llm_call_default llm_call
--                                   Index Cond: ((hashtextextended(agent_id, hashtextextended(team_id, '0'::bigint)) = hashtextextended(agent.agent_id, '3932153850680209387'::bigint)) AND (at >= '2026-06-08 12:34:56+00'::timestamp with time zone) AND (at >= '-infinity'::timestamp with time zone) AND (at <= 'infinity'::timestamp with time zone))
--                                   Filter: ((team_id = 'red'::text) AND (agent_id = agent.agent_id))


select r.id, c.record_id, c.cost_usd, c.cost_source, c.price_version, c.members
  from unnest($1::uuid[]) as r (id)
  join calls c on c.team_id = $2 and c.call_id = coalesce(
  (select a.call_id from call_alias a where a.team_id = $3 and a.alias = 'r:' || r.id), r.id);

--   Hash Join
--     Hash Cond: (COALESCE((SubPlan 1), r.id) = c.call_id)
--     ->  Function Scan on unnest r
--     ->  Hash
--           ->  Index Scan using calls_pkey on calls c
--                 Index Cond: (team_id = 'red'::text)
--     SubPlan 1
--       ->  Index Scan using call_alias_pkey on call_alias a
--             Index Cond: ((team_id = 'red'::text) AND (alias = ('r:'::text || (r.id)::text)))
