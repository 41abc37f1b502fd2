-- People who signed in with a browser: a session stands for a key and holds no longer than that key does.
create table browser_session (
  -- The key's team; `*` is the operator's.
  team_id       text        not null,
  session_id    text        not null,
  key_id        text        not null,
  -- HMAC-SHA256 of the cookie's secret under the instance's key secret.
  secret_hash   bytea       not null,
  -- The secret before the last rotation: requests that were under way still carry it for a minute.
  previous_hash bytea,
  rotated_at    timestamptz not null default now(),
  created_at    timestamptz not null default now(),
  expires_at    timestamptz not null,
  ended_at      timestamptz,
  primary key (team_id, session_id)
);
create index browser_session_key on browser_session (team_id, key_id);

-- Links that sign in once instead of a pasted key.
create table sign_in_link (
  team_id     text        not null,
  link_id     text        not null,
  key_id      text        not null,
  secret_hash bytea       not null,
  created_at  timestamptz not null default now(),
  expires_at  timestamptz not null,
  used_at     timestamptz,
  primary key (team_id, link_id)
);
