-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select to_jsonb(found) as record from (select own.* from (select agent_id from agent where team_id = $1 and last_at >= $2::timestamptz) as known
  cross join lateral (select "at", "id", "team_id", "agent_id", "session_id", "task_id", "run_id", "crew_id", "trace_id", "span_id", "parent_span_id", "parent_agent_id", "parent_run_id", "user_id", "host", "project", "labels", "attributes", "level", "message", "source", "line" from "log_entry" where team_id = $3 and at >= $4::timestamptz and agent_id = known.agent_id
  order by at desc, id desc limit $5) as own) as found
  order by at desc, id desc limit $6 offset $7;

--   Limit
--     ->  Sort
--           Sort Key: log_entry.at DESC, log_entry.id DESC
--           ->  Nested Loop
--                 ->  Index Only Scan using agent_newest on agent
--                       Index Cond: ((team_id = 'red'::text) AND (last_at >= '2026-06-08 12:34:56+00'::timestamp with time zone))
--                 ->  Limit
--                       ->  Index Scan using log_entry_default_team_id_agent_id_at_id_idx on log_entry_default log_entry
--                             Index Cond: ((team_id = 'red'::text) AND (agent_id = agent.agent_id) AND (at >= '2026-06-08 12:34:56+00'::timestamp with time zone))
