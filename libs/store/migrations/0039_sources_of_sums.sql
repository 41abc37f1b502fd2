-- Which process told of a call, where its telemetry says so; of what counters or an agent summed up, by whom, by which family of
-- counters and together with what (`<source>:<family>:<one call of it>`), and of how many requests it is, where that is known.
-- passed_on: spans within that carry the call to another process, separated by spaces.
alter table calls add column process text, add column sum_of text, add column requests bigint, add column passed_on text;

create index calls_of_source on calls (key_of(team_id, split_part(sum_of, ':', 1))) where sum_of is not null;

-- A sum is looked for near a call: a service that counts for days has many.
create index calls_of_sums on calls (team_id, key_of(team_id, coalesce(run_id, session_id, agent_id)), at) where origin = 'metric';
drop index calls_of_metrics;

-- The trace of a call in a run, too: a gateway behind it that tells of the same call knows of no run.
create index calls_of_traces on calls (key_of(team_id, trace_id), at) where trace_id is not null;
drop index calls_of_trace;
