-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select to_jsonb(found) as record from (select "at", "id", "team_id", "agent_id", "session_id", "task_id", "run_id", "crew_id", "trace_id", "span_id", "parent_span_id", "parent_agent_id", "parent_run_id", "user_id", "host", "project", "labels", "attributes", "level", "message", "source", "line" from "log_entry" where team_id = $1 and "run_id" = $2 and at >= $3::timestamptz and level = any($4::text[])
  order by at desc, id desc limit $5) as found
  order by at desc, id desc limit $6 offset $7;

--   Limit
--     ->  Subquery Scan on found
--           ->  Limit
--                 ->  Index Scan using log_entry_default_team_id_run_id_at_id_idx on log_entry_default log_entry
--                       Index Cond: ((team_id = 'red'::text) AND (run_id = 'run-1'::text) AND (at >= '2026-06-08 12:34:56+00'::timestamp with time zone))
--                       Filter: (level = ANY ('{warning,error}'::text[]))


select "chunk"."team_id", "chunk"."agent_id", "chunk"."session_id", "chunk"."task_id", "chunk"."run_id", "chunk"."crew_id", "chunk"."parent_agent_id", "chunk"."parent_run_id", "chunk"."user_id", "chunk"."host", "chunk"."project", "chunk"."labels", "chunk"."at", "chunk"."max_at", "chunk"."ids", "chunk"."body" from log_chunk chunk where chunk.team_id = $1 and "run_id" = $2 and chunk.max_at >= $3::timestamptz and chunk.at > $4::timestamptz - interval '15 minutes' and 0 + warnings + errors > 0
  order by chunk.max_at desc, chunk.ids[1] desc limit $5;

--   Limit
--     ->  Incremental Sort
--           Sort Key: chunk.max_at DESC, (chunk.ids[1]) DESC
--           Presorted Key: chunk.max_at
--           ->  Index Scan Backward using log_chunk_default_team_id_run_id_max_at_idx on log_chunk_default chunk
--                 Index Cond: ((team_id = 'red'::text) AND (run_id = 'run-1'::text) AND (max_at >= '2026-06-08 12:34:56+00'::timestamp with time zone))
--                 Filter: ((at > ('2026-06-08 12:34:56+00'::timestamp with time zone - '00:15:00'::interval)) AND (((0 + warnings) + errors) > 0))
