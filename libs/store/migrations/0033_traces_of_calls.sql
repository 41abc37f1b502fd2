-- The trace of a call that names no run: origins that share no id are matched within it, as within a run or a session. A span
-- of an HTTP client knows of no session.
alter table calls add column trace_id text;
create index calls_of_trace on calls (key_of(team_id, trace_id), at) where trace_id is not null and run_id is null;
