-- An agent's own sub-agents (label sub_agent of its records) are shown as agents under it: `sub_agent` is the label's value,
-- and parent_agent_id the agent whose records they are. Null: an agent that speaks for itself.
alter table agent add column sub_agent text;
-- What its client calls it, where that says more than its id.
alter table agent add column name text;
alter table agent add column name_at timestamptz;
create index agent_under on agent (team_id, parent_agent_id) where parent_agent_id is not null;
