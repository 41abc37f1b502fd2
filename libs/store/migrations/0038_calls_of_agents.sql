-- Calls that name neither run nor session, by agent: what a provider's SDK tells of a call by itself and what an instrumentation
-- around it tells are put together there.
create index calls_of_agent_by on calls (key_of(team_id, agent_id), (case when members is null then origin else '' end), at)
  where run_id is null and session_id is null;
