-- Calls by their time, and only then by team: an index that begins with the team looked as good as the key to whoever asked for
-- one call of a team that the statistics do not know yet (a first burst), and each of its calls was looked for among all of them.
drop index calls_at;
create index calls_at on calls (at, team_id);
