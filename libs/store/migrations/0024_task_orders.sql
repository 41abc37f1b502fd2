-- Tasks that are to be run, crews that can run them, and what is to be told of them.

-- The registry's word on a task: what decides whether it waits, who has it and how it ends. Written by the task desk, in
-- the gateway and in runners that stand beside it. What was recorded of a task is in task_event and task.
create table task_order (
  team_id             text        not null,
  task_id             text        not null,
  crew_id             text,
  -- false: somebody else runs it, and only its state is kept here.
  scheduled           boolean     not null,
  agent_id            text        not null,
  session_id          text,
  -- json, not jsonb: the order of keys is the sender's.
  inputs              json,
  repo_url            text,
  limits              jsonb       not null default '{}',
  priority            integer     not null default 0,
  max_attempts        integer     not null default 1,
  backoff_ms          bigint      not null default 0,
  -- Ends after which another attempt is made.
  retry_on            text[]      not null default '{}',
  -- Of what was asked for, to tell a repeated request from another one under the same key.
  request_hash        text,
  created_by          text        not null,
  created_at          timestamptz not null default now(),
  status              text        not null,
  -- When the newest status event was written; the next one is later.
  status_at           timestamptz not null default now(),
  attempt             integer     not null default 1,
  not_before          timestamptz,
  -- The lease: one runner's hold on one attempt. The id of its run is the id of the lease.
  runner_id           text,
  host                text,
  run_id              text,
  leased_until        timestamptz,
  started_at          timestamptz,
  cancel_requested_at timestamptz,
  cancel_requested_by text,
  ended_at            timestamptz,
  output              jsonb,
  error_message       text,
  primary key (team_id, task_id)
);
create index task_order_waiting on task_order (team_id, created_at) where status = 'PENDING' and scheduled;
create index task_order_leased on task_order (team_id, leased_until) where leased_until is not null;
create index task_order_runner on task_order (team_id, runner_id) where leased_until is not null;

-- Batches of records that a change of a task has to publish, written with the change. A row is one batch, always the
-- same, so that publishing it twice stores it once.
create table task_outbox (
  team_id   text   not null,
  outbox_id bigint generated always as identity,
  records   json   not null,
  primary key (team_id, outbox_id)
);

-- Crews by the runners that announced them.
create table crew (
  team_id   text        not null,
  crew_id   text        not null,
  runner_id text        not null,
  host      text        not null,
  -- As announced: libs/contracts, http/crews.
  profile   json        not null,
  slots     integer     not null,
  running   integer     not null,
  seen_at   timestamptz not null default now(),
  primary key (team_id, crew_id, runner_id)
);
