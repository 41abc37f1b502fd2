-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select kind, name, tool, error, at, session_id from ((select 'llm_call' as kind, model as name, null::text as tool, at, id, session_id,
  left(coalesce(error_message, coalesce(error_type, 'no message')), 200) as error from "llm_call"
  where team_id = $1 and "at" >= $2::timestamptz and status = 'error' and not exists (
  select from call_alias a where a.team_id = $3 and a.alias = 'r:' || llm_call.id and llm_call.id <> (
  select record_id from (
  select member.*, seen.place from calls c cross join jsonb_array_elements(c.members) with ordinality as seen (value, place)
  cross join jsonb_populate_record(null::calls, seen.value) as member
  where c.team_id = $4 and c.call_id = a.call_id) as seen
  where true and "at" >= $5::timestamptz order by place limit 1))
  order by at desc, id desc limit $6) union all (select 'tool_call' as kind, tool_name as name, tool_name as tool, at, id, session_id,
  left(coalesce(error_message, 'no message'), 200) as error from "tool_call"
  where team_id = $7 and "at" >= $8::timestamptz and not success
  order by at desc, id desc limit $9) union all (select 'service_call' as kind, service_name as name, null::text as tool, at, id, session_id,
  left(coalesce(error_message, 'no message'), 200) as error from "service_call"
  where team_id = $10 and "at" >= $11::timestamptz and not success
  order by at desc, id desc limit $12)) as failed order by at desc, id desc limit $13;

--   Limit
--     ->  Merge Append
--           Sort Key: "*SELECT* 1".at DESC, "*SELECT* 1".id DESC
--           ->  Subquery Scan on "*SELECT* 1"
--                 ->  Limit
--                       ->  Nested Loop Anti Join
--                             ->  Index Scan using llm_call_default_team_id_at_id_idx on llm_call_default llm_call
--                                   Index Cond: ((team_id = 'red'::text) AND (at >= '2026-06-08 12:34:56+00'::timestamp with time zone))
--                             ->  Index Scan using call_alias_pkey on call_alias a
--                                   Index Cond: ((team_id = 'red'::text) AND (alias = ('r:'::text || (llm_call.id)::text)))
--                                   Filter: (llm_call.id <> (SubPlan 1))
--                                   SubPlan 1
--                                     ->  Limit
--                                           ->  Sort
--                                                 Sort Key: seen.place
--                                                 ->  Nested Loop
--                                                       ->  Nested Loop
--                                                             ->  Index Scan using calls_at on calls c
--                                                                   Index Cond: (team_id = 'red'::text)
--                                                                   Filter: (call_id = a.call_id)
--                                                             ->  Function Scan on jsonb_array_elements seen
--                                                       ->  Function Scan on jsonb_populate_record member
--                                                             Filter: (at >= '2026-06-08 12:34:56+00'::timestamp with time zone)
--           ->  Subquery Scan on "*SELECT* 2"
--                 ->  Limit
--                       ->  Index Scan using tool_call_default_team_id_at_id_idx on tool_call_default tool_call
--                             Index Cond: ((team_id = 'red'::text) AND (at >= '2026-06-08 12:34:56+00'::timestamp with time zone))
--           ->  Subquery Scan on "*SELECT* 3"
--                 ->  Limit
--                       ->  Index Scan using service_call_default_team_id_at_id_idx on service_call_default service_call
--                             Index Cond: ((team_id = 'red'::text) AND (at >= '2026-06-08 12:34:56+00'::timestamp with time zone))
