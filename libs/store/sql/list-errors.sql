-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select kind, tool, error, at, session_id from ((select 'llm_call' as kind, null::text as tool, at, id, session_id,
  left(coalesce(error_message, coalesce(error_type, 'no message')), 200) as error from "llm_call"
  where team_id = $1 and "at" >= $2::timestamptz and status = 'error'
  order by at desc, id desc limit $3) union all (select 'tool_call' as kind, tool_name as tool, at, id, session_id,
  left(coalesce(error_message, 'no message'), 200) as error from "tool_call"
  where team_id = $4 and "at" >= $5::timestamptz and not success
  order by at desc, id desc limit $6) union all (select 'service_call' as kind, null::text as tool, at, id, session_id,
  left(coalesce(error_message, 'no message'), 200) as error from "service_call"
  where team_id = $7 and "at" >= $8::timestamptz and not success
  order by at desc, id desc limit $9)) as failed order by at desc, id desc limit $10;

--   Limit
--     ->  Merge Append
--           Sort Key: "*SELECT* 1".at DESC, "*SELECT* 1".id DESC
--           ->  Subquery Scan on "*SELECT* 1"
--                 ->  Limit
--                       ->  Index Scan using llm_call_default_team_id_at_id_idx on llm_call_default llm_call
--                             Index Cond: ((team_id = 'red'::text) AND (at >= '2026-06-08 12:34:56+00'::timestamp with time zone))
--           ->  Subquery Scan on "*SELECT* 2"
--                 ->  Limit
--                       ->  Index Scan using tool_call_default_team_id_at_id_idx on tool_call_default tool_call
--                             Index Cond: ((team_id = 'red'::text) AND (at >= '2026-06-08 12:34:56+00'::timestamp with time zone))
--           ->  Subquery Scan on "*SELECT* 3"
--                 ->  Limit
--                       ->  Index Scan using service_call_default_team_id_at_id_idx on service_call_default service_call
--                             Index Cond: ((team_id = 'red'::text) AND (at >= '2026-06-08 12:34:56+00'::timestamp with time zone))
