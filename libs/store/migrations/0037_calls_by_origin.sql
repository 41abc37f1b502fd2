-- Calls of a run or session by who told of them: what another origin may have seen, too, is looked for in every fold, and of a
-- place where one origin tells thousands of calls a minute no call need be read for it.
create index calls_of_run_by on calls (key_of(team_id, run_id), (case when members is null then origin else '' end), at)
  where run_id is not null;
create index calls_of_session_by on calls (key_of(team_id, session_id), (case when members is null then origin else '' end), at)
  where session_id is not null;
drop index calls_of_run;
drop index calls_of_session;
