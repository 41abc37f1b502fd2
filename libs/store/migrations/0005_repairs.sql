-- Repairs: somebody asks (the gateway writes the request), the aggregator makes the rollups of a range anew day by day.
create table repair_request (
  team_id      text        not null,
  repair_id    uuid        not null,
  -- Records' own times, from from_at up to, not including, to_at.
  from_at      timestamptz not null,
  to_at        timestamptz not null,
  requested_by text        not null,
  requested_at timestamptz not null default now(),
  primary key (team_id, repair_id)
);

-- How far it is; the aggregator writes it.
create table repair_progress (
  team_id     text        not null,
  repair_id   uuid        not null,
  -- running, done, failed
  state       text        not null default 'running',
  -- Up to where rows were compared and counted, and up to where they were made anew.
  compared_to timestamptz,
  repaired_to timestamptz,
  -- Rollup rows that were not what the records say.
  differing   bigint      not null default 0,
  failures    integer     not null default 0,
  error       text,
  started_at  timestamptz not null default now(),
  ended_at    timestamptz,
  primary key (team_id, repair_id)
);
