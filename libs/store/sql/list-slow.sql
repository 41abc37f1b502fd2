-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select * from ((select 'llm_call' as type, id, model as name, duration_ms, at, session_id
  from "llm_call" where team_id = $1 and at >= $2::timestamptz and duration_ms >= $3 order by duration_ms desc, id limit $4) union all (select 'tool_call' as type, id, tool_name as name, duration_ms, at, session_id
  from "tool_call" where team_id = $5 and at >= $6::timestamptz and duration_ms >= $7 order by duration_ms desc, id limit $8) union all (select 'service_call' as type, id, service_name as name, duration_ms, at, session_id
  from "service_call" where team_id = $9 and at >= $10::timestamptz and duration_ms >= $11 order by duration_ms desc, id limit $12)) as slow order by duration_ms desc, id limit $13;

--   Limit
--     ->  Merge Append
--           Sort Key: llm_call.duration_ms DESC, llm_call.id
--           ->  Limit
--                 ->  Incremental Sort
--                       Sort Key: llm_call.duration_ms DESC, llm_call.id
--                       Presorted Key: llm_call.duration_ms
--                       ->  Index Scan using llm_call_default_team_id_duration_ms_idx on llm_call_default llm_call
--                             Index Cond: ((team_id = 'red'::text) AND (duration_ms >= '5000'::double precision))
--                             Filter: (at >= '2026-06-08 12:34:56+00'::timestamp with time zone)
--           ->  Limit
--                 ->  Incremental Sort
--                       Sort Key: tool_call.duration_ms DESC, tool_call.id
--                       Presorted Key: tool_call.duration_ms
--                       ->  Index Scan using tool_call_default_team_id_duration_ms_idx on tool_call_default tool_call
--                             Index Cond: ((team_id = 'red'::text) AND (duration_ms >= '5000'::double precision))
--                             Filter: (at >= '2026-06-08 12:34:56+00'::timestamp with time zone)
--           ->  Limit
--                 ->  Incremental Sort
--                       Sort Key: service_call.duration_ms DESC, service_call.id
--                       Presorted Key: service_call.duration_ms
--                       ->  Index Scan using service_call_default_team_id_duration_ms_idx on service_call_default service_call
--                             Index Cond: ((team_id = 'red'::text) AND (duration_ms >= '5000'::double precision))
--                             Filter: (at >= '2026-06-08 12:34:56+00'::timestamp with time zone)
