-- Log lines that came together lie together: one row a batch and (agent, session, task, run, …) and quarter hour, the
-- lines compressed. Single lines, and those of an older version, stay rows of log_entry; whoever reads looks into both.
create table log_chunk (
  -- Its earliest line; the latest lies in the same quarter hour.
  at              timestamptz not null,
  max_at          timestamptz not null,
  batch_no        bigint      not null,
  lines           integer     not null,
  -- Lines by level; what is left is info.
  debugs          integer     not null,
  warnings        integer     not null,
  errors          integer     not null,
  -- Least and greatest number of a line within its stream.
  first_line      bigint,
  last_line       bigint,
  team_id         text        not null,
  agent_id        text        not null,
  session_id      text,
  task_id         text,
  run_id          text,
  crew_id         text,
  parent_agent_id text,
  parent_run_id   text,
  user_id         text,
  host            text,
  project         text,
  labels          jsonb,
  -- Four numbers a minute: its distance from the first one, its lines, warnings and errors; null for a single minute.
  minutes         integer[],
  -- Record ids, in the order of the lines.
  ids             uuid[]      not null,
  -- zstd of JSON, see libs/store/src/log-chunks/body.ts.
  body            bytea       not null
) partition by range (at);
-- It is compressed already.
alter table log_chunk alter column body set storage external;
create table log_chunk_default partition of log_chunk default;
create index log_chunk_batch on log_chunk (batch_no);
create index log_chunk_team on log_chunk (team_id, max_at);
create index log_chunk_agent on log_chunk (team_id, agent_id, max_at);
create index log_chunk_run on log_chunk (team_id, run_id, max_at) where run_id is not null;
create index log_chunk_session on log_chunk (team_id, session_id, max_at) where session_id is not null;
create index log_chunk_task on log_chunk (team_id, task_id, max_at) where task_id is not null;

-- Warnings and errors of a task, among the lines that came alone.
create index log_entry_warning on log_entry (team_id, task_id, at) where task_id is not null and level in ('warning', 'error');

-- Every stored log line by its id, wherever it lies; for counting and checking, not for showing.
create view log_line as
  select team_id, batch_no, agent_id, session_id, task_id, run_id, id from log_entry
  union all
  select team_id, batch_no, agent_id, session_id, task_id, run_id, unnest(ids) from log_chunk;
