-- When a session, task or run last called a model: most of what lies across the beginning of a period has no call left in it,
-- and what calls cost is asked for most. Null where there was none, and of totals from before until their next fold: any
-- of what they have may be the last call then.
alter table unit_total add column last_call_at timestamptz;
alter table key_total add column last_call_at timestamptz;
alter table key_model_total add column last_call_at timestamptz;
alter table key_narrow_total add column last_call_at timestamptz;

-- A unit that is still at work makes the time of all beside it seem as long: of ranges of sixteen pages five times as many rows
-- were read as had anything in a week.
drop index unit_total_time;
create index unit_total_time on unit_total using brin (last_at, first_at) with (pages_per_range = 4, autosummarize = on);

-- The day in UTC of the last there is of a unit, behind each id that units are looked up by: of a task of thousands of sessions, and
-- of all that have no task, those are read that can have anything in a period. It changes once a day, so that other updates of a
-- unit stay in their page. With the model behind it, units of one model are told from those of the others without reading them.
alter table unit_total add column last_day date generated always as ((last_at at time zone 'UTC')::date) stored;
drop index unit_total_session;
drop index unit_total_task;
drop index unit_total_run;
create index unit_total_session on unit_total (team_id, cube, session_id, last_day, model);
create index unit_total_task on unit_total (team_id, cube, task_id, last_day, model);
create index unit_total_run on unit_total (team_id, cube, run_id, last_day, model);
