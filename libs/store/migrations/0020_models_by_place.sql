-- Models, tools and services of a user, a project or a host: their days, so that those of all their agents need not be added
-- up. What is shorter than a day is read from the agents' own cubes.
create temp table narrowed on commit drop as
  select s.team_id, s.series_id as place_id, n.cube, n.series_id, n.user_id, n.project, n.host, s.provider, s.model, s.tool,
    s.service, s.category
  from series s cross join lateral (values
    ('user_model', md5(row('user_model', s.user_id, s.provider, s.model)::text)::uuid, s.user_id, null, null),
    ('project_model', md5(row('project_model', s.project, s.provider, s.model)::text)::uuid, null, s.project, null),
    ('host_model', md5(row('host_model', s.host, s.provider, s.model)::text)::uuid, null, null, s.host)
  ) as n (cube, series_id, user_id, project, host)
  where s.cube = 'place_model'
  union all
  select s.team_id, s.series_id as place_id, n.cube, n.series_id, n.user_id, n.project, n.host, s.provider, s.model, s.tool,
    s.service, s.category
  from series s cross join lateral (values
    ('user_tool', md5(row('user_tool', s.user_id, s.tool)::text)::uuid, s.user_id, null, null),
    ('project_tool', md5(row('project_tool', s.project, s.tool)::text)::uuid, null, s.project, null),
    ('host_tool', md5(row('host_tool', s.host, s.tool)::text)::uuid, null, null, s.host)
  ) as n (cube, series_id, user_id, project, host)
  where s.cube = 'place_tool'
  union all
  select s.team_id, s.series_id as place_id, n.cube, n.series_id, n.user_id, n.project, n.host, s.provider, s.model, s.tool,
    s.service, s.category
  from series s cross join lateral (values
    ('user_service', md5(row('user_service', s.user_id, s.service, s.category)::text)::uuid, s.user_id, null, null),
    ('project_service', md5(row('project_service', s.project, s.service, s.category)::text)::uuid, null, s.project, null),
    ('host_service', md5(row('host_service', s.host, s.service, s.category)::text)::uuid, null, null, s.host)
  ) as n (cube, series_id, user_id, project, host)
  where s.cube = 'place_service';
create index on narrowed (place_id);
analyze narrowed;

insert into series (team_id, series_id, cube, user_id, project, host, provider, model, tool, service, category)
  select distinct team_id, series_id, cube, user_id, project, host, provider, model, tool, service, category
  from narrowed on conflict do nothing;

insert into rollup (team_id, cube, grain, bucket, series_id,
    llm_calls, llm_errors, unpriced_calls, estimated_calls, input_tokens, output_tokens, cache_read_tokens,
    cache_write_5m_tokens, cache_write_1h_tokens, reasoning_tokens, cost_usd, reported_cost_usd, llm_us, llm_timed,
    ttft_us, ttft_timed, tool_calls, tool_errors, tool_us, tool_timed, tool_input_bytes, tool_output_bytes,
    service_calls, service_errors, service_us)
  select n.team_id, n.cube, r.grain, r.bucket, n.series_id,
    sum(r.llm_calls), sum(r.llm_errors), sum(r.unpriced_calls), sum(r.estimated_calls), sum(r.input_tokens),
    sum(r.output_tokens), sum(r.cache_read_tokens), sum(r.cache_write_5m_tokens), sum(r.cache_write_1h_tokens),
    sum(r.reasoning_tokens), sum(r.cost_usd), sum(r.reported_cost_usd), sum(r.llm_us), sum(r.llm_timed),
    sum(r.ttft_us), sum(r.ttft_timed), sum(r.tool_calls), sum(r.tool_errors), sum(r.tool_us), sum(r.tool_timed),
    sum(r.tool_input_bytes), sum(r.tool_output_bytes), sum(r.service_calls), sum(r.service_errors), sum(r.service_us)
  from narrowed n join rollup r on r.team_id = n.team_id and r.series_id = n.place_id and r.grain in (1440, 0)
  group by 1, 2, 3, 4, 5;

insert into rollup_bin (team_id, series_id, grain, measure, bucket, bins, counts)
  select team_id, series_id, grain, measure, bucket, array_agg(bin), array_agg(n)
  from (select n.team_id, n.series_id, b.grain, b.measure, b.bucket, part.bin, sum(part.n)::bigint as n
    from narrowed n join rollup_bin b on b.team_id = n.team_id and b.series_id = n.place_id and b.grain in (1440, 0)
    cross join lateral unnest(b.bins, b.counts) as part (bin, n)
    group by 1, 2, 3, 4, 5, 6 having sum(part.n) <> 0) single
  group by 1, 2, 3, 4, 5;

-- What calls to one model came to in each session, task and run, as key_total has it for all models together.
create table key_model_total (
  team_id    text        not null,
  dim        text        not null,
  model      text        not null,
  id         text        not null,
  first_at   timestamptz not null,
  last_at    timestamptz not null,
  records    bigint,
  llm_calls      bigint,
  unpriced_calls bigint,
  input_tokens   numeric,
  output_tokens  numeric,
  cost_usd       numeric,
  primary key (team_id, dim, model, id)
) with (fillfactor = 70);
insert into key_model_total
  select team_id, key.dim, model, key.id, min(first_at), max(last_at), sum(records), sum(llm_calls), sum(unpriced_calls),
    sum(input_tokens), sum(output_tokens), sum(cost_usd)
  from unit_total
  cross join lateral (values ('session_id', session_id), ('task_id', task_id), ('run_id', run_id)) as key (dim, id)
  where cube = 'unit_model' and key.id is not null group by 1, 2, 3, 4;
create index key_model_total_cost on key_model_total (team_id, dim, model, cost_usd desc nulls last, llm_calls desc nulls last, id);
create index key_model_total_newest on key_model_total (team_id, dim, model, last_at, first_at);
