-- A narrow key for indexes: what a team calls by this id, as eight bytes. Two ids may share one, so whoever looks up by it
-- compares the id itself too. An index entry of two such columns is a third of one with the texts, and only entries this
-- narrow fill their pages where each agent's rows come in the order of time.
create function key_of(team_id text, id text) returns bigint
language sql immutable parallel safe as $$ select hashtextextended(id, hashtextextended(team_id, 0)) $$;

-- Raw rows are indexed by agent and time. Sessions, tasks and runs are few agents' and known spans of time (unit_total).
do $$
declare kind text;
begin
  foreach kind in array array['llm_call', 'tool_call', 'service_call', 'agent_step', 'process_sample', 'git_activity',
    'log_entry', 'task_event', 'artifact', 'run_event', 'memory_operation', 'metric', 'endpoint_minute'] loop
    execute format('drop index %I', kind || '_agent');
  end loop;
  foreach kind in array array['llm_call', 'tool_call', 'service_call', 'process_sample', 'git_activity', 'log_entry'] loop
    execute format('create index %I on %I (key_of(team_id, agent_id), at)', kind || '_agent', kind);
  end loop;
  -- Few rows.
  foreach kind in array array['memory_operation', 'metric', 'endpoint_minute'] loop
    execute format('create index %I on %I (team_id, agent_id, at)', kind || '_agent', kind);
  end loop;
  foreach kind in array array['llm_call', 'tool_call', 'service_call'] loop
    execute format('drop index %I', kind || '_session');
  end loop;
  foreach kind in array array['llm_call', 'tool_call', 'process_sample', 'git_activity', 'log_entry', 'run_event'] loop
    execute format('drop index %I', kind || '_run');
  end loop;
  foreach kind in array array['agent_step', 'tool_call', 'task_event', 'artifact'] loop
    execute format('drop index %I', kind || '_task');
  end loop;
  -- Steps, events and artifacts are asked for by task alone, run events by nobody but the fold.
  foreach kind in array array['agent_step', 'task_event', 'artifact'] loop
    execute format('create index %I on %I (key_of(team_id, task_id), at) where task_id is not null', kind || '_task', kind);
  end loop;
end $$;

drop index log_chunk_agent, log_chunk_run, log_chunk_session, log_chunk_task;
create index log_chunk_agent on log_chunk (key_of(team_id, agent_id), max_at);
create index log_chunk_run on log_chunk (key_of(team_id, run_id), max_at) where run_id is not null;
create index log_chunk_session on log_chunk (key_of(team_id, session_id), max_at) where session_id is not null;
create index log_chunk_task on log_chunk (key_of(team_id, task_id), max_at) where task_id is not null;
