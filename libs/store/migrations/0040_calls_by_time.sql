-- Calls of a team by their time, by a key that only says who asks for a range of it: an index by the team itself looked as good as
-- the primary key to whoever asked for one call of a team that the statistics do not know yet (a first burst), and each of its calls
-- was looked for among all of them.
drop index calls_at;
create index calls_at on calls (key_of(team_id, team_id), at);
