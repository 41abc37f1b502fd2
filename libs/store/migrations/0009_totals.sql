-- Questions about sessions, tasks and runs without reading all of their buckets, and a fold that writes one index a row.

-- Rows of a length lie together, and one index finds a series' buckets. A row's place in time is found by block ranges,
-- which lead to the rows of a period only where rows of one length come in the order of time.
alter table rollup rename to rollup_of_old;
alter index rollup_pkey rename to rollup_of_old_pkey;
alter index rollup_series rename to rollup_of_old_series;
create table rollup (like rollup_of_old including defaults, primary key (team_id, series_id, grain, bucket)) partition by list (grain);
create table rollup_minute partition of rollup for values in (1) with (fillfactor = 70);
create table rollup_quarter partition of rollup for values in (15) with (fillfactor = 70);
create table rollup_two_hours partition of rollup for values in (120) with (fillfactor = 70);
create table rollup_day partition of rollup for values in (1440) with (fillfactor = 70);
create table rollup_ever partition of rollup for values in (0) with (fillfactor = 70);
create index rollup_minute_time on rollup_minute using brin (bucket) with (pages_per_range = 16, autosummarize = on);
create index rollup_quarter_time on rollup_quarter using brin (bucket) with (pages_per_range = 16, autosummarize = on);
insert into rollup select * from rollup_of_old order by grain, bucket;
drop table rollup_of_old;

-- Buckets of two hours (120) of places: a period begins and ends in the middle of a day.
insert into rollup (team_id, cube, grain, bucket, series_id,
    llm_calls, llm_errors, unpriced_calls, estimated_calls, input_tokens, output_tokens, cache_read_tokens,
    cache_write_5m_tokens, cache_write_1h_tokens, reasoning_tokens, cost_usd, reported_cost_usd, llm_us, llm_timed,
    ttft_us, ttft_timed, tool_calls, tool_errors, tool_us, tool_timed, tool_input_bytes, tool_output_bytes,
    service_calls, service_errors, service_us, records, steps, git_commits, git_files, git_insertions, git_deletions,
    log_lines, log_warnings, log_errors, samples, cpu_milli, memory_sum, threads_sum, memory_stores, memory_recalls,
    memory_hits, memory_deletes, memory_stored_bytes, artifacts, artifact_bytes, cpu_peak, memory_peak, threads_peak,
    processes_peak)
  select r.team_id, r.cube, 120, date_bin('2 hours', r.bucket, timestamptz 'epoch'), r.series_id,
    sum(r.llm_calls), sum(r.llm_errors), sum(r.unpriced_calls), sum(r.estimated_calls), sum(r.input_tokens),
    sum(r.output_tokens), sum(r.cache_read_tokens), sum(r.cache_write_5m_tokens), sum(r.cache_write_1h_tokens),
    sum(r.reasoning_tokens), sum(r.cost_usd), sum(r.reported_cost_usd), sum(r.llm_us), sum(r.llm_timed),
    sum(r.ttft_us), sum(r.ttft_timed), sum(r.tool_calls), sum(r.tool_errors), sum(r.tool_us), sum(r.tool_timed),
    sum(r.tool_input_bytes), sum(r.tool_output_bytes), sum(r.service_calls), sum(r.service_errors),
    sum(r.service_us), sum(r.records), sum(r.steps), sum(r.git_commits), sum(r.git_files), sum(r.git_insertions),
    sum(r.git_deletions), sum(r.log_lines), sum(r.log_warnings), sum(r.log_errors), sum(r.samples), sum(r.cpu_milli),
    sum(r.memory_sum), sum(r.threads_sum), sum(r.memory_stores), sum(r.memory_recalls), sum(r.memory_hits),
    sum(r.memory_deletes), sum(r.memory_stored_bytes), sum(r.artifacts), sum(r.artifact_bytes), max(r.cpu_peak),
    max(r.memory_peak), max(r.threads_peak), max(r.processes_peak)
  from rollup r where r.cube = 'place' and r.grain = 15 group by 1, 2, 3, 4, 5;

-- Cubes of one dimension: totals of a user, project or host over time.
insert into series (team_id, series_id, cube, user_id)
  select distinct s.team_id, md5(row('user', s.user_id)::text)::uuid, 'user', s.user_id from series s where s.cube = 'place'
  on conflict do nothing;
insert into rollup (team_id, cube, grain, bucket, series_id,
    llm_calls, llm_errors, unpriced_calls, estimated_calls, input_tokens, output_tokens, cache_read_tokens,
    cache_write_5m_tokens, cache_write_1h_tokens, reasoning_tokens, cost_usd, reported_cost_usd, llm_us, llm_timed,
    ttft_us, ttft_timed, tool_calls, tool_errors, tool_us, tool_timed, tool_input_bytes, tool_output_bytes,
    service_calls, service_errors, service_us, records, steps, git_commits, git_files, git_insertions, git_deletions,
    log_lines, log_warnings, log_errors, samples, cpu_milli, memory_sum, threads_sum, memory_stores, memory_recalls,
    memory_hits, memory_deletes, memory_stored_bytes, artifacts, artifact_bytes, cpu_peak, memory_peak, threads_peak,
    processes_peak)
  select r.team_id, 'user', r.grain, r.bucket, md5(row('user', s.user_id)::text)::uuid,
    sum(r.llm_calls), sum(r.llm_errors), sum(r.unpriced_calls), sum(r.estimated_calls), sum(r.input_tokens),
    sum(r.output_tokens), sum(r.cache_read_tokens), sum(r.cache_write_5m_tokens), sum(r.cache_write_1h_tokens),
    sum(r.reasoning_tokens), sum(r.cost_usd), sum(r.reported_cost_usd), sum(r.llm_us), sum(r.llm_timed),
    sum(r.ttft_us), sum(r.ttft_timed), sum(r.tool_calls), sum(r.tool_errors), sum(r.tool_us), sum(r.tool_timed),
    sum(r.tool_input_bytes), sum(r.tool_output_bytes), sum(r.service_calls), sum(r.service_errors),
    sum(r.service_us), sum(r.records), sum(r.steps), sum(r.git_commits), sum(r.git_files), sum(r.git_insertions),
    sum(r.git_deletions), sum(r.log_lines), sum(r.log_warnings), sum(r.log_errors), sum(r.samples), sum(r.cpu_milli),
    sum(r.memory_sum), sum(r.threads_sum), sum(r.memory_stores), sum(r.memory_recalls), sum(r.memory_hits),
    sum(r.memory_deletes), sum(r.memory_stored_bytes), sum(r.artifacts), sum(r.artifact_bytes), max(r.cpu_peak),
    max(r.memory_peak), max(r.threads_peak), max(r.processes_peak)
  from rollup r join series s on s.team_id = r.team_id and s.series_id = r.series_id
  where r.cube = 'place' and r.grain <> 120 group by 1, 2, 3, 4, 5;
insert into series (team_id, series_id, cube, project)
  select distinct s.team_id, md5(row('project', s.project)::text)::uuid, 'project', s.project from series s where s.cube = 'place'
  on conflict do nothing;
insert into rollup (team_id, cube, grain, bucket, series_id,
    llm_calls, llm_errors, unpriced_calls, estimated_calls, input_tokens, output_tokens, cache_read_tokens,
    cache_write_5m_tokens, cache_write_1h_tokens, reasoning_tokens, cost_usd, reported_cost_usd, llm_us, llm_timed,
    ttft_us, ttft_timed, tool_calls, tool_errors, tool_us, tool_timed, tool_input_bytes, tool_output_bytes,
    service_calls, service_errors, service_us, records, steps, git_commits, git_files, git_insertions, git_deletions,
    log_lines, log_warnings, log_errors, samples, cpu_milli, memory_sum, threads_sum, memory_stores, memory_recalls,
    memory_hits, memory_deletes, memory_stored_bytes, artifacts, artifact_bytes, cpu_peak, memory_peak, threads_peak,
    processes_peak)
  select r.team_id, 'project', r.grain, r.bucket, md5(row('project', s.project)::text)::uuid,
    sum(r.llm_calls), sum(r.llm_errors), sum(r.unpriced_calls), sum(r.estimated_calls), sum(r.input_tokens),
    sum(r.output_tokens), sum(r.cache_read_tokens), sum(r.cache_write_5m_tokens), sum(r.cache_write_1h_tokens),
    sum(r.reasoning_tokens), sum(r.cost_usd), sum(r.reported_cost_usd), sum(r.llm_us), sum(r.llm_timed),
    sum(r.ttft_us), sum(r.ttft_timed), sum(r.tool_calls), sum(r.tool_errors), sum(r.tool_us), sum(r.tool_timed),
    sum(r.tool_input_bytes), sum(r.tool_output_bytes), sum(r.service_calls), sum(r.service_errors),
    sum(r.service_us), sum(r.records), sum(r.steps), sum(r.git_commits), sum(r.git_files), sum(r.git_insertions),
    sum(r.git_deletions), sum(r.log_lines), sum(r.log_warnings), sum(r.log_errors), sum(r.samples), sum(r.cpu_milli),
    sum(r.memory_sum), sum(r.threads_sum), sum(r.memory_stores), sum(r.memory_recalls), sum(r.memory_hits),
    sum(r.memory_deletes), sum(r.memory_stored_bytes), sum(r.artifacts), sum(r.artifact_bytes), max(r.cpu_peak),
    max(r.memory_peak), max(r.threads_peak), max(r.processes_peak)
  from rollup r join series s on s.team_id = r.team_id and s.series_id = r.series_id
  where r.cube = 'place' and r.grain <> 120 group by 1, 2, 3, 4, 5;
insert into series (team_id, series_id, cube, host)
  select distinct s.team_id, md5(row('host', s.host)::text)::uuid, 'host', s.host from series s where s.cube = 'place'
  on conflict do nothing;
insert into rollup (team_id, cube, grain, bucket, series_id,
    llm_calls, llm_errors, unpriced_calls, estimated_calls, input_tokens, output_tokens, cache_read_tokens,
    cache_write_5m_tokens, cache_write_1h_tokens, reasoning_tokens, cost_usd, reported_cost_usd, llm_us, llm_timed,
    ttft_us, ttft_timed, tool_calls, tool_errors, tool_us, tool_timed, tool_input_bytes, tool_output_bytes,
    service_calls, service_errors, service_us, records, steps, git_commits, git_files, git_insertions, git_deletions,
    log_lines, log_warnings, log_errors, samples, cpu_milli, memory_sum, threads_sum, memory_stores, memory_recalls,
    memory_hits, memory_deletes, memory_stored_bytes, artifacts, artifact_bytes, cpu_peak, memory_peak, threads_peak,
    processes_peak)
  select r.team_id, 'host', r.grain, r.bucket, md5(row('host', s.host)::text)::uuid,
    sum(r.llm_calls), sum(r.llm_errors), sum(r.unpriced_calls), sum(r.estimated_calls), sum(r.input_tokens),
    sum(r.output_tokens), sum(r.cache_read_tokens), sum(r.cache_write_5m_tokens), sum(r.cache_write_1h_tokens),
    sum(r.reasoning_tokens), sum(r.cost_usd), sum(r.reported_cost_usd), sum(r.llm_us), sum(r.llm_timed),
    sum(r.ttft_us), sum(r.ttft_timed), sum(r.tool_calls), sum(r.tool_errors), sum(r.tool_us), sum(r.tool_timed),
    sum(r.tool_input_bytes), sum(r.tool_output_bytes), sum(r.service_calls), sum(r.service_errors),
    sum(r.service_us), sum(r.records), sum(r.steps), sum(r.git_commits), sum(r.git_files), sum(r.git_insertions),
    sum(r.git_deletions), sum(r.log_lines), sum(r.log_warnings), sum(r.log_errors), sum(r.samples), sum(r.cpu_milli),
    sum(r.memory_sum), sum(r.threads_sum), sum(r.memory_stores), sum(r.memory_recalls), sum(r.memory_hits),
    sum(r.memory_deletes), sum(r.memory_stored_bytes), sum(r.artifacts), sum(r.artifact_bytes), max(r.cpu_peak),
    max(r.memory_peak), max(r.threads_peak), max(r.processes_peak)
  from rollup r join series s on s.team_id = r.team_id and s.series_id = r.series_id
  where r.cube = 'place' and r.grain <> 120 group by 1, 2, 3, 4, 5;

-- What each unit (a combination of agent, session, task, run and place; also by model) came to in all, and since when and
-- until when there is anything of it, in minutes: a unit that lies within a period needs none of its buckets. A span may
-- be too long, never too short. No index on what changes, so that an update stays in its page.
create table unit_total (
  team_id    text        not null,
  series_id  uuid        not null,
  cube       text        not null,
  agent_id   text,
  session_id text,
  task_id    text,
  run_id     text,
  crew_id    text,
  user_id    text,
  project    text,
  host       text,
  labels     jsonb,
  provider   text,
  model      text,
  first_at   timestamptz not null,
  last_at    timestamptz not null,
  llm_calls      bigint,
  unpriced_calls bigint,
  input_tokens   numeric,
  output_tokens  numeric,
  cost_usd       numeric,
  primary key (team_id, series_id)
) with (fillfactor = 70);
create index unit_total_agent on unit_total (team_id, cube, agent_id);
create index unit_total_session on unit_total (team_id, cube, session_id);
create index unit_total_task on unit_total (team_id, cube, task_id);
create index unit_total_run on unit_total (team_id, cube, run_id);
create index unit_total_model on unit_total (team_id, model) where cube = 'unit_model';
create index unit_total_time on unit_total using brin (last_at, first_at) with (pages_per_range = 16, autosummarize = on);

-- The same by one id: dim says which ('session_id', 'task_id', 'run_id'). The dearest of all are found by an index.
create table key_total (
  team_id    text        not null,
  dim        text        not null,
  id         text        not null,
  first_at   timestamptz not null,
  last_at    timestamptz not null,
  llm_calls      bigint,
  unpriced_calls bigint,
  input_tokens   numeric,
  output_tokens  numeric,
  cost_usd       numeric,
  primary key (team_id, dim, id)
) with (fillfactor = 70);
create index key_total_cost on key_total (team_id, dim, cost_usd desc nulls last, llm_calls desc nulls last, id);
create index key_total_newest on key_total (team_id, dim, last_at, first_at);

insert into unit_total
  select s.team_id, s.series_id, s.cube, s.agent_id, s.session_id, s.task_id, s.run_id, s.crew_id, s.user_id, s.project,
    s.host, s.labels, s.provider, s.model, span.first_at, span.last_at, r.llm_calls, r.unpriced_calls, r.input_tokens,
    r.output_tokens, r.cost_usd
  from series s
  join rollup r on r.team_id = s.team_id and r.series_id = s.series_id and r.grain = 0
  join (select team_id, series_id,
      case when min(bucket) filter (where grain = 15) < min(bucket) filter (where grain = 1440) + interval '24 hours'
        then min(bucket) filter (where grain = 15) else min(bucket) filter (where grain = 1440) end as first_at,
      case when max(bucket) filter (where grain = 15) >= max(bucket) filter (where grain = 1440)
        then max(bucket) filter (where grain = 15) + interval '14 minutes'
        else max(bucket) filter (where grain = 1440) + interval '24 hours' end as last_at
    from rollup where cube in ('unit', 'unit_model') and grain in (15, 1440) group by 1, 2) as span
    on span.team_id = s.team_id and span.series_id = s.series_id
  where s.cube in ('unit', 'unit_model');
insert into key_total
  select team_id, key.dim, key.id, min(first_at), max(last_at), sum(llm_calls), sum(unpriced_calls), sum(input_tokens),
    sum(output_tokens), sum(cost_usd)
  from unit_total
  cross join lateral (values ('session_id', session_id), ('task_id', task_id), ('run_id', run_id)) as key (dim, id)
  where cube = 'unit' and key.id is not null group by 1, 2, 3;
