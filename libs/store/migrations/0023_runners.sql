-- Hosts that run work for a team: one row each, made when it is enrolled, or with the first word of one that runs beside the
-- gateway. The gateway writes both tables.
create table runner (
  team_id      text        not null,
  runner_id    text        not null,
  name         text        not null,
  host         text        not null,
  version      text,
  -- Of its own key; null for one that was not enrolled.
  key_id       text,
  enrolled_at  timestamptz,
  last_seen_at timestamptz,
  running      integer     not null default 0,
  draining     boolean     not null default false,
  revoked_at   timestamptz,
  primary key (team_id, runner_id)
);

-- One-time tokens; the secret is shown once and kept as a keyed hash.
create table runner_token (
  team_id     text        not null,
  token_id    text        not null,
  secret_hash bytea       not null,
  name        text,
  created_by  text        not null,
  created_at  timestamptz not null default now(),
  expires_at  timestamptz not null,
  used_at     timestamptz,
  runner_id   text,
  primary key (team_id, token_id)
);

-- A host that shows a token does not say its team.
create index runner_token_id on runner_token (token_id);
