-- Failed and slow calls are few, and asked for among all of a team: small partial indexes lead to them.
create index tool_call_failed on tool_call (team_id, at desc, id desc) where not success;
create index service_call_failed on service_call (team_id, at desc, id desc) where not success;
create index llm_call_failed on llm_call (team_id, at desc, id desc) where status = 'error';
create index tool_call_slow on tool_call (team_id, duration_ms desc) where duration_ms >= 1000;
create index service_call_slow on service_call (team_id, duration_ms desc) where duration_ms >= 1000;
create index llm_call_slow on llm_call (team_id, duration_ms desc) where duration_ms >= 1000;
