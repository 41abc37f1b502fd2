-- What the aggregator makes of raw records; it alone writes these tables. Every row follows from the set of records
-- that were folded, never from the order in which they came.

-- One row a combination of dimensions that was ever seen, by cube (libs/store/src/rollup/cubes.ts). series_id is an MD5
-- over the cube and its dimensions, so two folds agree on it without asking each other.
create table series (
  team_id    text not null,
  series_id  uuid not null,
  cube       text not null,
  agent_id   text,
  session_id text,
  task_id    text,
  run_id     text,
  crew_id    text,
  user_id    text,
  project    text,
  host       text,
  -- The labels that the team allows as dimensions; null when there are none.
  labels     jsonb,
  provider   text,
  model      text,
  tool       text,
  service    text,
  category   text,
  primary key (team_id, series_id)
);
create index series_cube on series (team_id, cube, agent_id) where session_id is null and task_id is null and run_id is null;
create index series_session on series (team_id, session_id) where session_id is not null;
create index series_task on series (team_id, task_id) where task_id is not null;
create index series_run on series (team_id, run_id) where run_id is not null;

-- The sums. grain is the bucket's length in minutes: 1 (kept 48 h), 15, 1440, and 0 for all time (bucket 1970-01-01).
-- A measure is null where no record had a say in it. Sums of what senders give are numeric: they are exact, and no
-- hostile number can overflow them and stop the fold. *_us are microseconds. An update in place needs free room.
create table rollup (
  team_id    text        not null,
  cube       text        not null,
  grain      smallint    not null,
  bucket     timestamptz not null,
  series_id  uuid        not null,
  llm_calls              bigint,
  llm_errors             bigint,
  -- Calls without a cost, and calls whose cost is an estimate or an approximation.
  unpriced_calls         bigint,
  estimated_calls        bigint,
  input_tokens           numeric,
  output_tokens          numeric,
  cache_read_tokens      numeric,
  cache_write_5m_tokens  numeric,
  cache_write_1h_tokens  numeric,
  reasoning_tokens       numeric,
  cost_usd               numeric,
  reported_cost_usd      numeric,
  -- Sum over the llm_timed calls that gave a duration; likewise time to first token.
  llm_us                 numeric,
  llm_timed              bigint,
  ttft_us                numeric,
  ttft_timed             bigint,
  tool_calls             bigint,
  tool_errors            bigint,
  tool_us                numeric,
  tool_timed             bigint,
  tool_input_bytes       numeric,
  tool_output_bytes      numeric,
  service_calls          bigint,
  service_errors         bigint,
  service_us             numeric,
  -- Raw records of every kind.
  records                bigint,
  steps                  bigint,
  -- Of successful commits.
  git_commits            bigint,
  git_files              numeric,
  git_insertions         numeric,
  git_deletions          numeric,
  log_lines              bigint,
  log_warnings           bigint,
  log_errors             bigint,
  samples                bigint,
  -- Sums over samples, for averages: thousandths of a percent of one core, bytes, threads.
  cpu_milli              numeric,
  cpu_peak               double precision,
  memory_sum             numeric,
  memory_peak            bigint,
  threads_sum            numeric,
  threads_peak           bigint,
  processes_peak         bigint,
  memory_stores          bigint,
  memory_recalls         bigint,
  memory_hits            bigint,
  memory_deletes         bigint,
  memory_stored_bytes    numeric,
  artifacts              bigint,
  artifact_bytes         numeric,
  primary key (team_id, cube, grain, bucket, series_id)
) with (fillfactor = 70);
create index rollup_series on rollup (team_id, series_id, grain, bucket);

-- Latencies: counts[i] calls of a series fell into bins[i], bin = ceil(ln(ms) / ln(1.02)); -100000 holds those of 0 ms
-- and below. Merging is adding the counts of equal bins, which are in no order and may be 0. One row a bin took 20 times the room and the time.
create table rollup_bin (
  team_id   text        not null,
  series_id uuid        not null,
  grain     smallint    not null,
  -- llm_ms, ttft_ms, tool_ms, service_ms
  measure   text        not null,
  bucket    timestamptz not null,
  bins      integer[]   not null,
  counts    bigint[]    not null,
  primary key (team_id, series_id, grain, measure, bucket)
) with (fillfactor = 70);

-- Adds counts bin by bin; a new bin goes to the end. In place, because a set operation over both takes 15 times as long.
create function merge_bins(inout bins integer[], inout counts bigint[], more_bins integer[], more_counts bigint[])
language plpgsql immutable as $$
declare place integer;
begin
  for i in 1 .. cardinality(more_bins) loop
    place := array_position(bins, more_bins[i]);
    if place is null then
      bins := bins || more_bins[i];
      counts := counts || more_counts[i];
    else
      counts[place] := counts[place] + more_counts[i];
    end if;
  end loop;
end $$;

-- One row a real call to a model, whatever number of origins saw it. Usage and cost come together from one record.
create table calls (
  team_id               text        not null,
  -- The smallest id of its records.
  call_id               uuid        not null,
  -- Id of the record that usage, cost and time were taken from.
  record_id             uuid        not null,
  at                    timestamptz not null,
  origin                text        not null,
  agent_id              text        not null,
  session_id            text,
  task_id               text,
  run_id                text,
  crew_id               text,
  user_id               text,
  project               text,
  host                  text,
  labels                jsonb,
  provider              text,
  model                 text        not null,
  response_model        text,
  service_tier          text,
  speed                 text,
  input_tokens          bigint,
  output_tokens         bigint,
  cache_read_tokens     bigint,
  cache_write_5m_tokens bigint,
  cache_write_1h_tokens bigint,
  reasoning_tokens      bigint,
  cost_usd              numeric,
  cost_source           text        not null,
  price_version         text,
  reported_cost_usd     numeric,
  duration_ms           double precision,
  ttft_ms               double precision,
  status                text        not null,
  request_id            text,
  message_id            text,
  -- What each record said, in order of precedence; null while there is one, which the row itself is.
  members               jsonb,
  primary key (team_id, call_id)
);
create index calls_at on calls (team_id, at);

-- Every id under which a call was seen: r:<record id> (of calls with several records), q:<place><request id>,
-- m:<place><message id>, where the place is the run, else the session, else nothing.
create table call_alias (
  team_id text not null,
  alias   text not null,
  call_id uuid not null,
  primary key (team_id, alias)
);

-- The state of things. A column with a *_at beside it holds the newest value by that time. last_at is the newest word.
create table agent (
  team_id         text        not null,
  agent_id        text        not null,
  first_at        timestamptz not null,
  last_at         timestamptz not null,
  -- The newest llm call, tool or service call, step, git operation or task event; log lines and samples are apart.
  active_at       timestamptz,
  logged_at       timestamptz,
  host            text,
  host_at         timestamptz,
  crew_id         text,
  crew_at         timestamptz,
  parent_agent_id text,
  parent_at       timestamptz,
  run_id          text,
  run_at          timestamptz,
  model           text,
  model_at        timestamptz,
  -- The newest sample of its process tree, also after the end.
  sample_at       timestamptz,
  sample_id       uuid,
  sample_pid      bigint,
  cpu_percent     double precision,
  memory_bytes    bigint,
  threads         bigint,
  processes       bigint,
  sample_status   text,
  primary key (team_id, agent_id)
);
create index agent_newest on agent (team_id, last_at desc, agent_id desc);

create table session (
  team_id    text        not null,
  session_id text        not null,
  first_at   timestamptz not null,
  last_at    timestamptz not null,
  primary key (team_id, session_id)
);
create index session_newest on session (team_id, last_at desc, session_id desc);

-- An end other than lost always stands; lost stands only while no other word of the run is newer.
create table run (
  team_id     text        not null,
  run_id      text        not null,
  first_at    timestamptz not null,
  last_at     timestamptz not null,
  -- The newest word of the run itself: a lost end, which somebody else says about it, does not count.
  word_at     timestamptz,
  -- Who spoke first under this run.
  agent_id    text        not null,
  agent_at    timestamptz not null,
  active_at   timestamptz,
  logged_at   timestamptz,
  session_id  text,
  session_at  timestamptz,
  task_id     text,
  task_at     timestamptz,
  crew_id     text,
  crew_at     timestamptz,
  host        text,
  host_at     timestamptz,
  -- The first started or attached event.
  start_at    timestamptz,
  start_id    uuid,
  pid         bigint,
  command     text,
  output_capture text,
  -- The newest end that is not lost.
  end_at      timestamptz,
  end_id      uuid,
  end_word    text,
  exit_code   integer,
  signal      text,
  lost_at     timestamptz,
  -- The newest paused or resumed event.
  pause_at    timestamptz,
  paused      boolean,
  -- The newest limit event.
  limit_at    timestamptz,
  limit_id    uuid,
  limit_name  text,
  limit_step  text,
  limit_value double precision,
  limit_cap   double precision,
  sample_at   timestamptz,
  started_at  timestamptz generated always as (coalesce(start_at, first_at)) stored,
  ended_at    timestamptz generated always as (
    case when end_at is not null then end_at when lost_at > coalesce(word_at, '-infinity') then lost_at end) stored,
  end_reason  text generated always as (
    case when end_at is not null then end_word when lost_at > coalesce(word_at, '-infinity') then 'lost' end) stored,
  primary key (team_id, run_id)
);
create index run_newest on run (team_id, started_at desc, run_id desc);
create index run_agent on run (team_id, agent_id, started_at desc);
create index run_session on run (team_id, session_id, started_at desc) where session_id is not null;
create index run_task on run (team_id, task_id, started_at desc) where task_id is not null;
create index run_open on run (team_id, agent_id) where ended_at is null;

-- The status is the greatest by (attempt, whether it is an end, at, id): an end is never undone by a non-end of the
-- same attempt, and a new attempt starts afresh.
create table task (
  team_id        text        not null,
  task_id        text        not null,
  first_at       timestamptz not null,
  last_at        timestamptz not null,
  agent_id       text,
  agent_at       timestamptz,
  session_id     text,
  session_at     timestamptz,
  crew_id        text,
  crew_at        timestamptz,
  status         text        not null,
  status_attempt bigint      not null,
  status_is_end  boolean     not null,
  -- null until an event gave a status; the task is then PENDING.
  status_at      timestamptz,
  status_id      uuid,
  error_message  text,
  -- The first RUNNING of the newest attempt that ran.
  run_attempt    bigint,
  run_at         timestamptz,
  inputs         jsonb,
  inputs_at      timestamptz,
  inputs_id      uuid,
  output         jsonb,
  output_at      timestamptz,
  output_id      uuid,
  start_time     timestamptz generated always as (coalesce(run_at, first_at)) stored,
  end_time       timestamptz generated always as (case when status_is_end then status_at end) stored,
  primary key (team_id, task_id)
);
create index task_start on task (team_id, start_time desc, task_id desc);
create index task_crew on task (team_id, crew_id, start_time desc) where crew_id is not null;
create index task_status on task (team_id, status, start_time desc);
