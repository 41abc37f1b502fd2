-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select kind, name, tool, error, at, session_id from ((select 'llm_call' as kind, model as name, null::text as tool, at, id, session_id,
  left(coalesce(error_message, coalesce(error_type, 'no message')), 200) as error from "llm_call"
  where team_id = $1 and "at" >= $2::timestamptz and status = 'error' and (not exists (select from "llm_call" as twin
  where key_of(twin.team_id, twin.agent_id) = key_of($3, "llm_call"."agent_id") and twin.agent_id = "llm_call"."agent_id"
  and twin.at = "llm_call"."at" and twin.id = "llm_call"."id" and (twin.batch_no, twin.ctid) < ("llm_call"."batch_no", "llm_call"."ctid"))) and not exists (
  select from call_alias a where a.team_id = $4 and a.alias = 'r:' || llm_call.id and llm_call.id is distinct from (
  select record_id from (
  select member.*, seen.place from calls c cross join jsonb_array_elements(c.members) with ordinality as seen (value, place)
  cross join jsonb_populate_record(null::calls, seen.value) as member
  where c.team_id = $5 and c.call_id = a.call_id) as seen
  where true and "at" >= $6::timestamptz order by place limit 1))
  order by at desc, id desc limit $7) union all (select 'tool_call' as kind, tool_name as name, tool_name as tool, at, id, session_id,
  left(coalesce(error_message, 'no message'), 200) as error from "tool_call"
  where team_id = $8 and "at" >= $9::timestamptz and not success and (md5(case when coalesce("tool_call"."attributes" ->> 'signal' = 'wire', false) then 'wire ' || "tool_call"."id" else coalesce(
  coalesce('session ' || "tool_call"."session_id", 'run ' || "tool_call"."run_id") || ':' || "tool_call"."tool_call_id",
  case when "tool_call"."attributes" ->> 'signal' = 'span' then 'span ' || "tool_call"."trace_id" || ':' || "tool_call"."span_id" end) end)::uuid is null or not exists (select from "tool_call" as twin
  where key_of(twin.team_id, twin.agent_id) = key_of($10, "tool_call"."agent_id") and twin.agent_id = "tool_call"."agent_id"
  and twin.at = "tool_call"."at" and twin.id = "tool_call"."id" and (twin.batch_no, twin.ctid) < ("tool_call"."batch_no", "tool_call"."ctid"))) and not (coalesce("tool_call"."attributes" ->> 'signal' = 'wire', false) and exists (select from told_tool where told_tool.team_id = $11
  and told_tool.name in (md5('told ' || ('run ' || "tool_call"."run_id"))::uuid, md5('told ' || ('session ' || "tool_call"."session_id"))::uuid, md5('told ' || ('agent ' || "tool_call"."agent_id" || ' ' || floor(extract(epoch from "tool_call"."at") / 3600)::bigint))::uuid) )) and not exists (
  select from told_tool t where t.team_id = $12 and t.name = md5(case when coalesce("tool_call"."attributes" ->> 'signal' = 'wire', false) then 'wire ' || "tool_call"."id" else coalesce(
  coalesce('session ' || "tool_call"."session_id", 'run ' || "tool_call"."run_id") || ':' || "tool_call"."tool_call_id",
  case when "tool_call"."attributes" ->> 'signal' = 'span' then 'span ' || "tool_call"."trace_id" || ':' || "tool_call"."span_id" end) end)::uuid and t.record_id <> "tool_call"."id"
  and exists (select from "tool_call" as counted
  where key_of(counted.team_id, counted.agent_id) = key_of($13, "tool_call"."agent_id") and counted.agent_id = "tool_call"."agent_id"
  and counted.at = t.at and counted.id = t.record_id
  and true and "at" >= $14::timestamptz))
  order by at desc, id desc limit $15) union all (select 'service_call' as kind, service_name as name, null::text as tool, at, id, session_id,
  left(coalesce(error_message, 'no message'), 200) as error from "service_call"
  where team_id = $16 and "at" >= $17::timestamptz and not success and (md5(case when "service_call"."attributes" ->> 'signal' = 'span' then 'service ' || "service_call"."trace_id" || ':' || "service_call"."span_id" end)::uuid is null or not exists (select from "service_call" as twin
  where key_of(twin.team_id, twin.agent_id) = key_of($18, "service_call"."agent_id") and twin.agent_id = "service_call"."agent_id"
  and twin.at = "service_call"."at" and twin.id = "service_call"."id" and (twin.batch_no, twin.ctid) < ("service_call"."batch_no", "service_call"."ctid"))) and  not exists (
  select from told_tool t where t.team_id = $19 and t.name = md5(case when "service_call"."attributes" ->> 'signal' = 'span' then 'service ' || "service_call"."trace_id" || ':' || "service_call"."span_id" end)::uuid and t.record_id <> "service_call"."id"
  and exists (select from "service_call" as counted
  where key_of(counted.team_id, counted.agent_id) = key_of($20, "service_call"."agent_id") and counted.agent_id = "service_call"."agent_id"
  and counted.at = t.at and counted.id = t.record_id
  and true and "at" >= $21::timestamptz))
  order by at desc, id desc limit $22)) as failed order by at desc, id desc limit $23;

--   Limit
--     ->  Merge Append
--           Sort Key: "*SELECT* 1".at DESC, "*SELECT* 1".id DESC
--           ->  Subquery Scan on "*SELECT* 1"
--                 ->  Limit
--                       ->  Nested Loop Anti Join
--                             ->  Nested Loop Anti Join
--                                   ->  Index Scan using llm_call_default_team_id_at_id_idx on llm_call_default llm_call
--                                         Index Cond: ((team_id = 'red'::text) AND (at >= '2026-06-08 12:34:56+00'::timestamp with time zone))
--                                   ->  Index Scan using llm_call_default_key_of_at_idx on llm_call_default twin
--                                         Index Cond: ((hashtextextended(agent_id, hashtextextended(team_id, '0'::bigint)) = hashtextextended(llm_call.agent_id, '3932153850680209387'::bigint)) AND (at = llm_call.at))
--                                         Filter: ((agent_id = llm_call.agent_id) AND (id = llm_call.id) AND (ROW(batch_no, ctid) < ROW(llm_call.batch_no, llm_call.ctid)))
--                             ->  Index Scan using call_alias_pkey on call_alias a
--                                   Index Cond: ((team_id = 'red'::text) AND (alias = ('r:'::text || (llm_call.id)::text)))
--                                   Filter: (llm_call.id IS DISTINCT FROM (SubPlan 1))
--                                   SubPlan 1
--                                     ->  Limit
--                                           ->  Sort
--                                                 Sort Key: seen.place
--                                                 ->  Nested Loop
--                                                       ->  Nested Loop
--                                                             ->  Index Scan using calls_pkey on calls c
--                                                                   Index Cond: ((team_id = 'red'::text) AND (call_id = a.call_id))
--                                                             ->  Function Scan on jsonb_array_elements seen
--                                                       ->  Function Scan on jsonb_populate_record member
--                                                             Filter: (at >= '2026-06-08 12:34:56+00'::timestamp with time zone)
--           ->  Subquery Scan on "*SELECT* 2"
--                 ->  Limit
--                       ->  Nested Loop Anti Join
--                             ->  Index Scan using tool_call_default_team_id_at_id_idx on tool_call_default tool_call
--                                   Index Cond: ((team_id = 'red'::text) AND (at >= '2026-06-08 12:34:56+00'::timestamp with time zone))
--                                   Filter: ((((md5(CASE WHEN COALESCE(((attributes ->> 'signal'::text) = 'wire'::text), false) THEN ('wire '::text || (id)::text) ELSE COALESCE(((COALESCE(('session '::text || session_id), ('run '::text || run_id)) || ':'::text) || tool_call_id), CASE WHEN ((attributes ->> 'signal'::text) = 'span'::text) THEN ((('span '::text || trace_id) || ':'::text) || span_id) ELSE NULL::text END) END))::uuid IS NULL) OR (NOT EXISTS(SubPlan 2))) AND ((NOT COALESCE(((attributes ->> 'signal'::text) = 'wire'::text), false)) OR (NOT EXISTS(SubPlan 3))))
--                                   SubPlan 2
--                                     ->  Index Scan using tool_call_default_key_of_at_idx on tool_call_default twin_1
--                                           Index Cond: ((hashtextextended(agent_id, hashtextextended(team_id, '0'::bigint)) = hashtextextended(tool_call.agent_id, '3932153850680209387'::bigint)) AND (at = tool_call.at))
--                                           Filter: ((agent_id = tool_call.agent_id) AND (id = tool_call.id) AND (ROW(batch_no, ctid) < ROW(tool_call.batch_no, tool_call.ctid)))
--                                   SubPlan 3
--                                     ->  Index Only Scan using told_tool_pkey on told_tool
--                                           Index Cond: ((team_id = 'red'::text) AND (name = ANY (ARRAY[(md5(('told '::text || ('run '::text || tool_call.run_id))))::uuid, (md5(('told '::text || ('session '::text || tool_call.session_id))))::uuid, (md5(('told '::text || ((('agent '::text || tool_call.agent_id) || ' '::text) || ((floor((EXTRACT(epoch FROM tool_call.at) / '3600'::numeric)))::bigint)::text))))::uuid])))
--                             ->  Index Scan using told_tool_pkey on told_tool t
--                                   Index Cond: ((team_id = 'red'::text) AND (name = (md5(CASE WHEN COALESCE(((tool_call.attributes ->> 'signal'::text) = 'wire'::text), false) THEN ('wire '::text || (tool_call.id)::text) ELSE COALESCE(((COALESCE(('session '::text || tool_call.session_id), ('run '::text || tool_call.run_id)) || ':'::text) || tool_call.tool_call_id), CASE WHEN ((tool_call.attributes ->> 'signal'::text) = 'span'::text) THEN ((('span '::text || tool_call.trace_id) || ':'::text) || tool_call.span_id) ELSE NULL::text END) END))::uuid))
--                                   Filter: ((record_id <> tool_call.id) AND EXISTS(SubPlan 4))
--                                   SubPlan 4
--                                     ->  Index Scan using tool_call_default_key_of_at_idx on tool_call_default counted
--                                           Index Cond: ((hashtextextended(agent_id, hashtextextended(team_id, '0'::bigint)) = hashtextextended(tool_call.agent_id, '3932153850680209387'::bigint)) AND (at >= '2026-06-08 12:34:56+00'::timestamp with time zone) AND (at = t.at))
--                                           Filter: ((agent_id = tool_call.agent_id) AND (id = t.record_id))
--           ->  Subquery Scan on "*SELECT* 3"
--                 ->  Limit
--                       ->  Nested Loop Anti Join
--                             ->  Index Scan using service_call_default_team_id_at_id_idx on service_call_default service_call
--                                   Index Cond: ((team_id = 'red'::text) AND (at >= '2026-06-08 12:34:56+00'::timestamp with time zone))
--                                   Filter: (((md5(CASE WHEN ((attributes ->> 'signal'::text) = 'span'::text) THEN ((('service '::text || trace_id) || ':'::text) || span_id) ELSE NULL::text END))::uuid IS NULL) OR (NOT EXISTS(SubPlan 6)))
--                                   SubPlan 6
--                                     ->  Index Scan using service_call_default_key_of_at_idx on service_call_default twin_2
--                                           Index Cond: ((hashtextextended(agent_id, hashtextextended(team_id, '0'::bigint)) = hashtextextended(service_call.agent_id, '3932153850680209387'::bigint)) AND (at = service_call.at))
--                                           Filter: ((agent_id = service_call.agent_id) AND (id = service_call.id) AND (ROW(batch_no, ctid) < ROW(service_call.batch_no, service_call.ctid)))
--                             ->  Index Scan using told_tool_pkey on told_tool t_1
--                                   Index Cond: ((team_id = 'red'::text) AND (name = (md5(CASE WHEN ((service_call.attributes ->> 'signal'::text) = 'span'::text) THEN ((('service '::text || service_call.trace_id) || ':'::text) || service_call.span_id) ELSE NULL::text END))::uuid))
--                                   Filter: ((record_id <> service_call.id) AND EXISTS(SubPlan 7))
--                                   SubPlan 7
--                                     ->  Index Scan using service_call_default_key_of_at_idx on service_call_default counted_1
--                                           Index Cond: ((hashtextextended(agent_id, hashtextextended(team_id, '0'::bigint)) = hashtextextended(service_call.agent_id, '3932153850680209387'::bigint)) AND (at >= '2026-06-08 12:34:56+00'::timestamp with time zone) AND (at = t_1.at))
--                                           Filter: ((agent_id = service_call.agent_id) AND (id = t_1.record_id))
