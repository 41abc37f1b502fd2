-- What people allow their agents to spend and to use; the gateway writes it.

-- Where the hours, days and months of its budgets begin: an IANA name.
alter table team add column time_zone text not null default 'UTC';

create table budget (
  team_id        text             not null,
  budget_id      uuid             not null,
  name           text,
  -- team, agent, session, task, run
  subject        text             not null,
  -- null: each of them by itself
  subject_id     text,
  -- run, hour, day, month, total
  period         text             not null,
  -- usd, tokens
  measure        text             not null,
  limit_value    numeric          not null,
  -- hard, soft
  kind           text             not null,
  warn_at        double precision not null,
  -- allow, warn, block
  on_unknown     text             not null,
  -- allow, block
  on_unreachable text             not null,
  created_by     text             not null,
  created_at     timestamptz      not null default now(),
  primary key (team_id, budget_id)
);
-- Setting the same thing again replaces the limit.
create unique index budget_line on budget (team_id, subject, coalesce(subject_id, ''), period, measure, kind);

-- The data of Redis in which the reservations of a team were last kept. Another one means that they are lost.
create table budget_book (
  team_id    text        primary key,
  data_epoch text        not null,
  opened_at  timestamptz not null default now()
);

-- Limits of runs that do not say their own: of a team (agent_id '') and of single agents, which go before.
create table run_limits (
  team_id    text        not null,
  agent_id   text        not null,
  limits     jsonb       not null,
  changed_by text        not null,
  changed_at timestamptz not null default now(),
  primary key (team_id, agent_id)
);
