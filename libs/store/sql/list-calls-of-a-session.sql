-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select to_jsonb(found) as record from (select "at", "id", "team_id", "agent_id", "session_id", "task_id", "run_id", "crew_id", "trace_id", "span_id", "parent_span_id", "parent_agent_id", "parent_run_id", "user_id", "host", "project", "labels", "attributes", "tool_name", "tool_call_id", "duration_ms", "success", "error_message", "input_size_bytes", "output_size_bytes", "input_preview", "output_preview" from "tool_call" where team_id = $1 and "session_id" = $2 and at >= $3::timestamptz
  order by at desc, id desc limit $4) as found
  order by at desc, id desc limit $5 offset $6;

--   Limit
--     ->  Subquery Scan on found
--           ->  Limit
--                 ->  Index Scan using tool_call_default_team_id_session_id_at_id_idx on tool_call_default tool_call
--                       Index Cond: ((team_id = 'red'::text) AND (session_id = 'session-1'::text) AND (at >= '2026-06-08 12:34:56+00'::timestamp with time zone))
