-- What people ask of runs that go on; the gateway writes it and hands it to the process that owns the run.
create table run_command (
  team_id         text        not null,
  command_id      uuid        not null,
  run_id          text        not null,
  -- stop, pause, resume
  action          text        not null,
  requested_by    text        not null,
  requested_at    timestamptz not null default now(),
  -- By the owner's word, with what became of it.
  acknowledged_at timestamptz,
  outcome         text,
  primary key (team_id, command_id)
);

create index run_command_open on run_command (team_id, run_id) where acknowledged_at is null;
