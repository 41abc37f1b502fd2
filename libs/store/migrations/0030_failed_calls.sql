-- Calls that failed without tokens are all alike to the matching of origins: what is near one is found among them alone,
-- and not among all calls of a session within two minutes.
create index calls_failed_of_run on calls (key_of(team_id, run_id), at)
  where run_id is not null and output_tokens is null and input_tokens is null and status <> 'ok';
create index calls_failed_of_session on calls (key_of(team_id, session_id), at)
  where session_id is not null and output_tokens is null and input_tokens is null and status <> 'ok';
