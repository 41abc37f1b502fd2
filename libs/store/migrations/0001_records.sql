-- Raw records, the batch ledger, what could not be stored, and who may ask.
-- Every key starts with team_id, so that the tables can be distributed by team. Raw tables carry no unique key: a batch
-- is deduplicated by one ledger row, and an index probe a record would cost half of the ingest rate.

create sequence batch_no as bigint;

-- One row a batch: what the collector stored and the aggregator has not folded yet (folded_at is null).
create table batch_ledger (
  team_id      text        not null,
  producer_id  text        not null,
  seq          bigint      not null,
  batch_no     bigint      not null default nextval('batch_no'),
  -- SHA-256 over the ids of all records as sent: the same seq with another hash is refused, never skipped.
  ids_hash     bytea       not null,
  records      integer     not null,
  rejected     integer     not null default 0,
  -- Kinds in the batch, so that a fold reads only the tables it needs.
  kinds        text[]      not null,
  -- The span of the records' own times: reading the batch prunes partitions with it.
  min_at       timestamptz not null,
  max_at       timestamptz not null,
  received_at  timestamptz not null,
  committed_at timestamptz not null default now(),
  folded_at    timestamptz,
  primary key (team_id, producer_id, seq)
);
create index batch_ledger_unfolded on batch_ledger (team_id, batch_no) where folded_at is null;
create index batch_ledger_folded on batch_ledger (folded_at) where folded_at is not null;

-- What is known of each producer; settled_seq is contiguous from 1 (or from its floor).
create table producer (
  team_id      text        not null,
  producer_id  text        not null,
  settled_seq  bigint      not null default 0,
  floor        bigint,
  issued       bigint,
  dropped      jsonb       not null default '{}',
  stored       bigint      not null default 0,
  rejected     bigint      not null default 0,
  dead_lettered bigint     not null default 0,
  first_seen   timestamptz not null default now(),
  last_seen    timestamptz not null default now(),
  primary key (team_id, producer_id)
);

-- What PostgreSQL refused, or what another batch's seq was reused for. The payload is bytes: it may be no valid jsonb.
create table dead_letter (
  team_id     text        not null,
  letter_id   uuid        not null,
  producer_id text        not null,
  seq         bigint      not null,
  record_id   text,
  kind        text,
  reason      text        not null,
  detail      text        not null,
  payload     bytea       not null,
  attempts    integer     not null default 1,
  created_at  timestamptz not null default now(),
  last_at     timestamptz not null default now(),
  primary key (team_id, letter_id)
);
create index dead_letter_newest on dead_letter (team_id, created_at desc, letter_id);

-- The columns every record has. Copied into each table below, then dropped.
create table record_columns (
  at              timestamptz not null,
  batch_no        bigint      not null,
  id              uuid        not null,
  team_id         text        not null,
  agent_id        text        not null,
  session_id      text,
  task_id         text,
  run_id          text,
  crew_id         text,
  trace_id        text,
  span_id         text,
  parent_span_id  text,
  parent_agent_id text,
  parent_run_id   text,
  user_id         text,
  host            text,
  project         text,
  labels          jsonb,
  attributes      jsonb
);

create table llm_call (
  like record_columns including defaults,
  provider text,
  model text not null,
  response_model text,
  operation text,
  input_tokens bigint,
  output_tokens bigint,
  cache_read_tokens bigint,
  cache_write_5m_tokens bigint,
  cache_write_1h_tokens bigint,
  reasoning_tokens bigint,
  service_tier text,
  speed text,
  reported_cost_usd numeric,
  duration_ms double precision,
  ttft_ms double precision,
  stop_reason text,
  message_count bigint,
  tool_count bigint,
  tool_calls bigint,
  attempt bigint,
  streamed boolean,
  status text not null,
  error_type text,
  error_message text,
  origin text not null,
  request_id text,
  message_id text,
  -- Set by the collector alone, whatever the sender wrote.
  cost_usd numeric,
  cost_source text not null,
  price_version text
) partition by range (at);

create table tool_call (
  like record_columns including defaults,
  tool_name text not null,
  tool_call_id text,
  duration_ms double precision,
  success boolean not null,
  error_message text,
  input_size_bytes bigint,
  output_size_bytes bigint,
  input_preview text,
  output_preview text
) partition by range (at);

create table service_call (
  like record_columns including defaults,
  service_name text not null,
  operation text not null,
  duration_ms double precision not null,
  success boolean not null,
  error_message text,
  category text,
  tokens_used bigint,
  model text,
  request_id text
) partition by range (at);

create table agent_step (
  like record_columns including defaults,
  name text not null,
  index bigint,
  duration_ms double precision,
  summary text
) partition by range (at);

create table process_sample (
  like record_columns including defaults,
  pid bigint not null,
  cpu_percent double precision not null,
  memory_bytes bigint not null,
  threads bigint not null,
  processes bigint not null,
  open_files bigint,
  io_read_bytes bigint,
  io_write_bytes bigint,
  status text,
  children jsonb
) partition by range (at);

create table git_activity (
  like record_columns including defaults,
  operation text not null,
  branch text,
  sha text,
  message text,
  files_changed bigint,
  insertions bigint,
  deletions bigint,
  success boolean not null,
  origin text not null
) partition by range (at);

create table log_entry (
  like record_columns including defaults,
  level text not null,
  message text not null,
  source text not null,
  line bigint
) partition by range (at);

create table task_event (
  like record_columns including defaults,
  event_type text not null,
  attempt bigint,
  status text,
  inputs jsonb,
  output jsonb,
  error_message text,
  data jsonb,
  metadata jsonb
) partition by range (at);

create table artifact (
  like record_columns including defaults,
  artifact_type text not null,
  uri text not null,
  size_bytes bigint not null,
  sha256 text,
  metadata jsonb
) partition by range (at);

create table run_event (
  like record_columns including defaults,
  event text not null,
  pid bigint,
  command text,
  exit_code integer,
  signal text,
  reason text,
  "limit" text,
  value double precision,
  cap double precision,
  step text,
  actor text,
  evidence jsonb
) partition by range (at);

create table memory_operation (
  like record_columns including defaults,
  operation text not null,
  memory_id text,
  size_bytes bigint,
  hit boolean
) partition by range (at);

create table metric (
  like record_columns including defaults,
  name text not null,
  value double precision not null,
  unit text,
  temporality text,
  started_at timestamptz
) partition by range (at);

create table endpoint_minute (
  like record_columns including defaults,
  route text not null,
  method text not null,
  requests bigint not null,
  errors_4xx bigint not null,
  errors_5xx bigint not null,
  latency_bins jsonb not null
) partition by range (at);

drop table record_columns;

-- batch_no: the fold reads exactly the rows of a batch. agent: the newest of one agent, and lists.
do $$
declare kind text;
begin
  foreach kind in array array['llm_call', 'tool_call', 'service_call', 'agent_step', 'process_sample', 'git_activity',
    'log_entry', 'task_event', 'artifact', 'run_event', 'memory_operation', 'metric', 'endpoint_minute'] loop
    execute format('create table %I partition of %I default', kind || '_default', kind);
    execute format('create index %I on %I (batch_no)', kind || '_batch', kind);
    execute format('create index %I on %I (team_id, agent_id, at desc, id desc)', kind || '_agent', kind);
  end loop;
  foreach kind in array array['llm_call', 'tool_call', 'service_call'] loop
    execute format('create index %I on %I (team_id, session_id, at desc, id desc) where session_id is not null', kind || '_session', kind);
  end loop;
  foreach kind in array array['llm_call', 'tool_call', 'process_sample', 'git_activity', 'log_entry', 'run_event'] loop
    execute format('create index %I on %I (team_id, run_id, at desc, id desc) where run_id is not null', kind || '_run', kind);
  end loop;
  foreach kind in array array['agent_step', 'tool_call', 'task_event', 'artifact'] loop
    execute format('create index %I on %I (team_id, task_id, at desc, id desc) where task_id is not null', kind || '_task', kind);
  end loop;
end $$;

-- What people configure; the gateway writes it.
create table team (
  team_id      text        primary key,
  name         text        not null,
  -- Label names that are rollup dimensions.
  label_names  text[]      not null default '{}',
  created_at   timestamptz not null default now()
);

-- A small reference table: a key is looked up before its team is known. team_id '*' is the operator's.
create table api_key (
  key_id         text        primary key,
  team_id        text        not null,
  name           text        not null,
  scopes         text[]      not null,
  -- HMAC-SHA256 of the secret under the instance's key secret; the secret itself is shown once and never kept.
  secret_hash    bytea       not null,
  principal_kind text        not null,
  principal_id   text        not null,
  created_at     timestamptz not null default now(),
  expires_at     timestamptz,
  revoked_at     timestamptz,
  last_used_at   timestamptz
);
create index api_key_team on api_key (team_id, created_at desc);

-- Who changed what; one row in the same transaction as the change.
create table audit_entry (
  team_id      text        not null,
  entry_id     uuid        not null,
  at           timestamptz not null default now(),
  principal    text        not null,
  action       text        not null,
  object       text        not null,
  detail       jsonb       not null default '{}',
  primary key (team_id, entry_id)
);

-- Makes day partitions (UTC) of one raw table. A day whose rows already lie in the default partition cannot have one:
-- it is answered with made = false, and its rows stay where they are. Two callers at once wait for each other.
create function make_partitions(parent text, days timestamptz[]) returns table (name text, made boolean)
language plpgsql as $$
declare day timestamptz;
begin
  perform pg_advisory_xact_lock(hashtext('telltale.make_partitions'));
  foreach day in array days loop
    name := parent || '_' || to_char(day at time zone 'UTC', 'YYYYMMDD');
    made := false;
    begin
      execute format('create table if not exists %I partition of %I for values from (%L) to (%L)', name, parent, day, day + interval '24 hours');
      made := true;
    exception when check_violation then
      null;
    end;
    return next;
  end loop;
end $$;
