-- Calls of one run or session near a time: origins that share no id are matched among them.
create index calls_of_run on calls (key_of(team_id, run_id), at) where run_id is not null;
create index calls_of_session on calls (key_of(team_id, session_id), at) where session_id is not null;
-- Not all records of the call share an id: some were put to it by place, model, tokens and time.
alter table calls add column matched boolean;
