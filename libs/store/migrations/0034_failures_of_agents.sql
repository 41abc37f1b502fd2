-- Failures that name no run: what several origins tell of one is found by its agent, as spans of HTTP clients name nothing else.
create index calls_failed_of_agent on calls (key_of(team_id, agent_id), at)
  where run_id is null and output_tokens is null and input_tokens is null and status <> 'ok';
