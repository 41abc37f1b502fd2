-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select * from ((select 'llm_call' as type, id, model as name, duration_ms, at, session_id from "llm_call"
  where team_id = $1 and $2 in ("model", "response_model") and duration_ms >= $3 and (duration_ms / 1000)::bigint >= ($4::double precision / 1000)::bigint and (not exists (select from "llm_call" as twin
  where key_of(twin.team_id, twin.agent_id) = key_of($5, "llm_call"."agent_id") and twin.agent_id = "llm_call"."agent_id"
  and twin.at = "llm_call"."at" and twin.id = "llm_call"."id" and (twin.batch_no, twin.ctid) < ("llm_call"."batch_no", "llm_call"."ctid"))) and not exists (
  select from call_alias a where a.team_id = $6 and a.alias = 'r:' || llm_call.id and llm_call.id is distinct from (
  select record_id from (
  select member.*, seen.place from calls c cross join jsonb_array_elements(c.members) with ordinality as seen (value, place)
  cross join jsonb_populate_record(null::calls, seen.value) as member
  where c.team_id = $7 and c.call_id = a.call_id) as seen
  where true and $8 in ("model", "response_model") and duration_ms is not null order by place limit 1))
  order by (duration_ms / 1000)::bigint desc, duration_ms desc, id limit $9) union all (select 'service_call' as type, id, service_name as name, duration_ms, at, session_id from "service_call"
  where team_id = $10 and $11 in ("model") and duration_ms >= $12 and (duration_ms / 1000)::bigint >= ($13::double precision / 1000)::bigint and (md5(case when "service_call"."attributes" ->> 'signal' = 'span' then 'service ' || "service_call"."trace_id" || ':' || "service_call"."span_id" end)::uuid is null or not exists (select from "service_call" as twin
  where key_of(twin.team_id, twin.agent_id) = key_of($14, "service_call"."agent_id") and twin.agent_id = "service_call"."agent_id"
  and twin.at = "service_call"."at" and twin.id = "service_call"."id" and (twin.batch_no, twin.ctid) < ("service_call"."batch_no", "service_call"."ctid"))) and  not exists (
  select from told_tool t where t.team_id = $15 and t.name = md5(case when "service_call"."attributes" ->> 'signal' = 'span' then 'service ' || "service_call"."trace_id" || ':' || "service_call"."span_id" end)::uuid and t.record_id <> "service_call"."id"
  and exists (select from "service_call" as counted
  where key_of(counted.team_id, counted.agent_id) = key_of($16, "service_call"."agent_id") and counted.agent_id = "service_call"."agent_id"
  and counted.at = t.at and counted.id = t.record_id
  and true and $17 in ("model") and duration_ms is not null))
  order by (duration_ms / 1000)::bigint desc, duration_ms desc, id limit $18)) as slow order by duration_ms desc, id limit $19;

--   Limit
--     ->  Sort
--           Sort Key: "*SELECT* 1".duration_ms DESC, "*SELECT* 1".id
--           ->  Append
--                 ->  Subquery Scan on "*SELECT* 1"
--                       ->  Limit
--                             ->  Incremental Sort
--                                   Sort Key: (((llm_call.duration_ms / '1000'::double precision))::bigint) DESC, llm_call.duration_ms DESC, llm_call.id
--                                   Presorted Key: (((llm_call.duration_ms / '1000'::double precision))::bigint)
--                                   ->  Nested Loop Anti Join
--                                         ->  Nested Loop Anti Join
--                                               ->  Index Scan using llm_call_default_team_id_int8_idx on llm_call_default llm_call
--                                                     Index Cond: ((team_id = 'red'::text) AND (((duration_ms / '1000'::double precision))::bigint >= '5'::bigint))
--                                                     Filter: ((duration_ms >= '5000'::double precision) AND (('large'::text = model) OR ('large'::text = response_model)))
--                                               ->  Index Scan using llm_call_default_key_of_at_idx on llm_call_default twin
--                                                     Index Cond: ((hashtextextended(agent_id, hashtextextended(team_id, '0'::bigint)) = hashtextextended(llm_call.agent_id, '3932153850680209387'::bigint)) AND (at = llm_call.at))
--                                                     Filter: ((agent_id = llm_call.agent_id) AND (id = llm_call.id) AND (ROW(batch_no, ctid) < ROW(llm_call.batch_no, llm_call.ctid)))
--                                         ->  Index Scan using call_alias_pkey on call_alias a
--                                               Index Cond: ((team_id = 'red'::text) AND (alias = ('r:'::text || (llm_call.id)::text)))
--                                               Filter: (llm_call.id IS DISTINCT FROM (SubPlan 1))
--                                               SubPlan 1
--                                                 ->  Limit
--                                                       ->  Sort
--                                                             Sort Key: seen.place
--                                                             ->  Nested Loop
--                                                                   ->  Nested Loop
--                                                                         ->  Index Scan using calls_pkey on calls c
--                                                                               Index Cond: ((team_id = 'red'::text) AND (call_id = a.call_id))
--                                                                         ->  Function Scan on jsonb_array_elements seen
--                                                                   ->  Function Scan on jsonb_populate_record member
--                                                                         Filter: ((duration_ms IS NOT NULL) AND (('large'::text = model) OR ('large'::text = response_model)))
--                 ->  Subquery Scan on "*SELECT* 2"
--                       ->  Limit
--                             ->  Incremental Sort
--                                   Sort Key: (((service_call.duration_ms / '1000'::double precision))::bigint) DESC, service_call.duration_ms DESC, service_call.id
--                                   Presorted Key: (((service_call.duration_ms / '1000'::double precision))::bigint)
--                                   ->  Nested Loop Anti Join
--                                         ->  Index Scan using service_call_default_team_id_int8_idx on service_call_default service_call
--                                               Index Cond: ((team_id = 'red'::text) AND (((duration_ms / '1000'::double precision))::bigint >= '5'::bigint))
--                                               Filter: ((duration_ms >= '5000'::double precision) AND ('large'::text = model) AND (((md5(CASE WHEN ((attributes ->> 'signal'::text) = 'span'::text) THEN ((('service '::text || trace_id) || ':'::text) || span_id) ELSE NULL::text END))::uuid IS NULL) OR (NOT EXISTS(SubPlan 2))))
--                                               SubPlan 2
--                                                 ->  Index Scan using service_call_default_key_of_at_idx on service_call_default twin_1
--                                                       Index Cond: ((hashtextextended(agent_id, hashtextextended(team_id, '0'::bigint)) = hashtextextended(service_call.agent_id, '3932153850680209387'::bigint)) AND (at = service_call.at))
--                                                       Filter: ((agent_id = service_call.agent_id) AND (id = service_call.id) AND (ROW(batch_no, ctid) < ROW(service_call.batch_no, service_call.ctid)))
--                                         ->  Index Scan using told_tool_pkey on told_tool t
--                                               Index Cond: ((team_id = 'red'::text) AND (name = (md5(CASE WHEN ((service_call.attributes ->> 'signal'::text) = 'span'::text) THEN ((('service '::text || service_call.trace_id) || ':'::text) || service_call.span_id) ELSE NULL::text END))::uuid))
--                                               Filter: ((record_id <> service_call.id) AND (ANY ((hashtextextended(service_call.agent_id, '3932153850680209387'::bigint) = (hashed SubPlan 4).col1) AND (service_call.agent_id = (hashed SubPlan 4).col2) AND (at = (hashed SubPlan 4).col3) AND (record_id = (hashed SubPlan 4).col4))))
--                                               SubPlan 4
--                                                 ->  Seq Scan on service_call_default counted
--                                                       Disabled: true
--                                                       Filter: ('large'::text = model)
