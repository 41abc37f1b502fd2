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
