-- What a user's, a project's or a host's agents did with each model, tool or service by minute and quarter hour too: each edge
-- of a period looked up the series of all of those agents.
create temp table of_places on commit drop as
  select s.team_id, s.series_id as place_id, n.cube, n.series_id, n.user_id, n.project, n.host, s.provider, s.model, s.tool,
    s.service, s.category
  from series s cross join lateral (values
    ('user_model', md5(row('user_model', s.user_id, s.provider, s.model)::text)::uuid, s.user_id, null, null),
    ('project_model', md5(row('project_model', s.project, s.provider, s.model)::text)::uuid, null, s.project, null),
    ('host_model', md5(row('host_model', s.host, s.provider, s.model)::text)::uuid, null, null, s.host)
  ) as n (cube, series_id, user_id, project, host)
  where s.cube = 'place_model'
  union all
  select s.team_id, s.series_id, n.cube, n.series_id, n.user_id, n.project, n.host, s.provider, s.model, s.tool,
    s.service, s.category
  from series s cross join lateral (values
    ('user_tool', md5(row('user_tool', s.user_id, s.tool)::text)::uuid, s.user_id, null, null),
    ('project_tool', md5(row('project_tool', s.project, s.tool)::text)::uuid, null, s.project, null),
    ('host_tool', md5(row('host_tool', s.host, s.tool)::text)::uuid, null, null, s.host)
  ) as n (cube, series_id, user_id, project, host)
  where s.cube = 'place_tool'
  union all
  select s.team_id, s.series_id, n.cube, n.series_id, n.user_id, n.project, n.host, s.provider, s.model, s.tool,
    s.service, s.category
  from series s cross join lateral (values
    ('user_service', md5(row('user_service', s.user_id, s.service, s.category)::text)::uuid, s.user_id, null, null),
    ('project_service', md5(row('project_service', s.project, s.service, s.category)::text)::uuid, null, s.project, null),
    ('host_service', md5(row('host_service', s.host, s.service, s.category)::text)::uuid, null, null, s.host)
  ) as n (cube, series_id, user_id, project, host)
  where s.cube = 'place_service';
create index on of_places (place_id);
analyze of_places;

insert into series (team_id, series_id, cube, user_id, project, host, provider, model, tool, service, category)
  select distinct team_id, series_id, cube, user_id, project, host, provider, model, tool, service, category
  from of_places on conflict do nothing;

-- In order of series: a month of one then lies together, as the tidying of past days would put it.
insert into rollup (team_id, cube, grain, bucket, series_id,
    llm_calls, llm_errors, unpriced_calls, estimated_calls, input_tokens, output_tokens, cache_read_tokens,
    cache_write_5m_tokens, cache_write_1h_tokens, reasoning_tokens, cost_usd, reported_cost_usd, llm_us, llm_timed,
    ttft_us, ttft_timed, tool_calls, tool_errors, tool_us, tool_timed, tool_input_bytes, tool_output_bytes,
    service_calls, service_errors, service_us, newest_failure)
  select n.team_id, n.cube, r.grain, r.bucket, n.series_id,
    sum(r.llm_calls), sum(r.llm_errors), sum(r.unpriced_calls), sum(r.estimated_calls), sum(r.input_tokens),
    sum(r.output_tokens), sum(r.cache_read_tokens), sum(r.cache_write_5m_tokens), sum(r.cache_write_1h_tokens),
    sum(r.reasoning_tokens), sum(r.cost_usd), sum(r.reported_cost_usd), sum(r.llm_us), sum(r.llm_timed),
    sum(r.ttft_us), sum(r.ttft_timed), sum(r.tool_calls), sum(r.tool_errors), sum(r.tool_us), sum(r.tool_timed),
    sum(r.tool_input_bytes), sum(r.tool_output_bytes), sum(r.service_calls), sum(r.service_errors), sum(r.service_us),
    max(r.newest_failure)
  from of_places n join rollup r on r.team_id = n.team_id and r.series_id = n.place_id and r.grain in (1, 15)
  group by 1, 2, 3, 4, 5 order by r.grain, n.series_id, r.bucket
  on conflict do nothing;

insert into rollup_bin (team_id, series_id, grain, measure, bucket, bins, counts)
  select team_id, series_id, grain, measure, bucket, array_agg(bin), array_agg(n)
  from (select n.team_id, n.series_id, b.grain, b.measure, b.bucket, part.bin, sum(part.n)::bigint as n
    from of_places n join rollup_bin b on b.team_id = n.team_id and b.series_id = n.place_id and b.grain in (1, 15)
    cross join lateral unnest(b.bins, b.counts) as part (bin, n)
    group by 1, 2, 3, 4, 5, 6 having sum(part.n) <> 0) single
  group by 1, 2, 3, 4, 5 order by 3, 2, 4, 5
  on conflict do nothing;

-- What each session, task and run came to within a user, a project or a host (narrow_by: user_id, project or host), as
-- key_total has it for all of them together: its units lie apart, a page each.
create table key_narrow_total (
  team_id    text        not null,
  dim        text        not null,
  narrow_by  text        not null,
  narrow_to  text        not null,
  id         text        not null,
  first_at   timestamptz not null,
  last_at    timestamptz not null,
  records    bigint,
  llm_calls      bigint,
  unpriced_calls bigint,
  input_tokens   numeric,
  output_tokens  numeric,
  cost_usd       numeric,
  loose      boolean     not null default false,
  primary key (team_id, dim, narrow_by, narrow_to, id)
) with (fillfactor = 70);
insert into key_narrow_total
  select u.team_id, key.dim, narrow.narrow_by, narrow.narrow_to, key.id, min(u.first_at), max(u.last_at), sum(u.records), sum(u.llm_calls),
    sum(u.unpriced_calls), sum(u.input_tokens), sum(u.output_tokens), sum(u.cost_usd), bool_or(k.loose)
  from unit_total u
  cross join lateral (values ('session_id', session_id), ('task_id', task_id), ('run_id', run_id)) as key (dim, id)
  cross join lateral (values ('user_id', user_id), ('project', project), ('host', host)) as narrow (narrow_by, narrow_to)
  join key_total k on k.team_id = u.team_id and k.dim = key.dim and k.id = key.id
  where u.cube = 'unit' and narrow.narrow_to is not null group by 1, 2, 3, 4, 5;
create index key_narrow_total_cost on key_narrow_total
  (team_id, dim, narrow_by, narrow_to, cost_usd desc nulls last, llm_calls desc nulls last, id);
create index key_narrow_total_newest on key_narrow_total (team_id, dim, narrow_by, narrow_to, last_at, first_at);
-- Units of theirs that lack one of the ids: those belong to no key. Nothing in it ever changes in a row.
create index unit_total_user_none on unit_total (team_id, cube, user_id, session_id, task_id, run_id)
  where user_id is not null and (session_id is null or task_id is null or run_id is null);
create index unit_total_project_none on unit_total (team_id, cube, project, session_id, task_id, run_id)
  where project is not null and (session_id is null or task_id is null or run_id is null);
create index unit_total_host_none on unit_total (team_id, cube, host, session_id, task_id, run_id)
  where host is not null and (session_id is null or task_id is null or run_id is null);
-- Whose it is says whether it is a user, a project or a host: without that the planner takes the rows of one for a third of
-- what they are.
create statistics key_narrow_total_of (dependencies) on narrow_by, narrow_to from key_narrow_total;
