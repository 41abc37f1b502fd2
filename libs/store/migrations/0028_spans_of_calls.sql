-- The span that told of a call and the one around it, as <trace id>:<span id>: instrumentations wrap each other, and a span
-- around another one of the same request is not a second call, also where the two are sent apart.
alter table calls add column span text, add column parent_span text;

-- What metrics alone tell (origin metric) counts only until another origin tells of a call in the same place.
create index calls_of_metrics on calls (team_id, key_of(team_id, coalesce(run_id, session_id, agent_id))) where origin = 'metric';

-- Uses of tools by place and the client's own id: the record that counts where several origins tell of the same one.
create table told_tool (
  team_id   text        not null,
  -- md5 of the place (session, else run) and the id.
  name      uuid        not null,
  record_id uuid        not null,
  at        timestamptz not null,
  primary key (team_id, name)
);
create index told_tool_at on told_tool (at);
