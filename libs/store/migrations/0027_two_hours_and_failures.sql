-- When a tool or a service failed last and what it said, by bucket, so that a past period has it too. The greatest text is the
-- newest: 26 characters of the time, 36 of the record's id, then the first 200 of the message. Bytes decide, not a language.
-- last_failure is read and written no more; programs of the schema before this one still write it.
alter table rollup add column newest_failure text collate "C";

-- Buckets of two hours (120) of what is kept by model, tool and service, latencies too: a period begins and ends in the middle
-- of a day. Of a user, a project or a host there are no quarter hours, so theirs are made of those of all their agents.
create temp table longer on commit drop as
  select s.team_id, s.series_id as part_id, s.cube, s.series_id from series s
  where s.cube in ('place_model', 'place_tool', 'place_service', 'model', 'tool', 'service')
  union all
  select s.team_id, s.series_id, n.cube, n.series_id
  from series s cross join lateral (values
    ('user_model', md5(row('user_model', s.user_id, s.provider, s.model)::text)::uuid),
    ('project_model', md5(row('project_model', s.project, s.provider, s.model)::text)::uuid),
    ('host_model', md5(row('host_model', s.host, s.provider, s.model)::text)::uuid)
  ) as n (cube, series_id)
  where s.cube = 'place_model'
  union all
  select s.team_id, s.series_id, n.cube, n.series_id
  from series s cross join lateral (values
    ('user_tool', md5(row('user_tool', s.user_id, s.tool)::text)::uuid),
    ('project_tool', md5(row('project_tool', s.project, s.tool)::text)::uuid),
    ('host_tool', md5(row('host_tool', s.host, s.tool)::text)::uuid)
  ) as n (cube, series_id)
  where s.cube = 'place_tool'
  union all
  select s.team_id, s.series_id, n.cube, n.series_id
  from series s cross join lateral (values
    ('user_service', md5(row('user_service', s.user_id, s.service, s.category)::text)::uuid),
    ('project_service', md5(row('project_service', s.project, s.service, s.category)::text)::uuid),
    ('host_service', md5(row('host_service', s.host, s.service, s.category)::text)::uuid)
  ) as n (cube, series_id)
  where s.cube = 'place_service';
create index on longer (part_id);
analyze longer;

insert into rollup (team_id, cube, grain, bucket, series_id,
    llm_calls, llm_errors, unpriced_calls, estimated_calls, input_tokens, output_tokens, cache_read_tokens,
    cache_write_5m_tokens, cache_write_1h_tokens, reasoning_tokens, cost_usd, reported_cost_usd, llm_us, llm_timed,
    ttft_us, ttft_timed, tool_calls, tool_errors, tool_us, tool_timed, tool_input_bytes, tool_output_bytes,
    service_calls, service_errors, service_us)
  select n.team_id, n.cube, 120, date_bin('2 hours', r.bucket, timestamptz 'epoch'), n.series_id,
    sum(r.llm_calls), sum(r.llm_errors), sum(r.unpriced_calls), sum(r.estimated_calls), sum(r.input_tokens),
    sum(r.output_tokens), sum(r.cache_read_tokens), sum(r.cache_write_5m_tokens), sum(r.cache_write_1h_tokens),
    sum(r.reasoning_tokens), sum(r.cost_usd), sum(r.reported_cost_usd), sum(r.llm_us), sum(r.llm_timed),
    sum(r.ttft_us), sum(r.ttft_timed), sum(r.tool_calls), sum(r.tool_errors), sum(r.tool_us), sum(r.tool_timed),
    sum(r.tool_input_bytes), sum(r.tool_output_bytes), sum(r.service_calls), sum(r.service_errors), sum(r.service_us)
  from longer n join rollup r on r.team_id = n.team_id and r.series_id = n.part_id and r.grain = 15
  group by 1, 2, 4, 5;

insert into rollup_bin (team_id, series_id, grain, measure, bucket, bins, counts)
  select team_id, series_id, 120, measure, bucket, array_agg(bin), array_agg(n)
  from (select n.team_id, n.series_id, b.measure, date_bin('2 hours', b.bucket, timestamptz 'epoch') as bucket, part.bin,
      sum(part.n)::bigint as n
    from longer n join rollup_bin b on b.team_id = n.team_id and b.series_id = n.part_id and b.grain = 15
    cross join lateral unnest(b.bins, b.counts) as part (bin, n)
    group by 1, 2, 3, 4, 5 having sum(part.n) <> 0) single
  group by 1, 2, 4, 5;

-- Failures that are folded and kept, and the newest of each place, which outlived its record.
create temp table failed on commit drop as
  select f.team_id, f.agent_id, f.crew_id, f.user_id, f.project, f.host, f.labels, f.tool, f.service, f.category, f.at,
    (to_char(f.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || f.id || f.message) collate "C" as mark
  from (
    select r.team_id, r.agent_id, r.crew_id, r.user_id, r.project, r.host,
      (select jsonb_object_agg(l.key, l.value) from jsonb_each(r.labels) l
        where l.key = any((select label_names from team where team.team_id = r.team_id)::text[])) as labels,
      r.tool, r.service, r.category, r.at, r.id, left(coalesce(r.error_message, 'no message'), 200) as message
    from (
      select team_id, agent_id, crew_id, user_id, project, host, labels, tool_name as tool, null::text as service,
        null::text as category, at, id, error_message, batch_no
      from tool_call where not success
      union all
      select team_id, agent_id, crew_id, user_id, project, host, labels, null, service_name,
        coalesce(category, case when service_name ~* 'openai|anthropic|cohere|claude|gpt|gemini|mistral|ollama|bedrock|llm' then 'llm' else 'external' end),
        at, id, error_message, batch_no
      from service_call where not success) r
    where not exists (select from batch_ledger l where l.team_id = r.team_id and l.batch_no = r.batch_no and l.folded_at is null)
    union all
    select s.team_id, s.agent_id, s.crew_id, s.user_id, s.project, s.host, s.labels, s.tool, s.service, s.category, l.at, l.id, l.message
    from last_failure l join series s on s.team_id = l.team_id and s.series_id = l.series_id
  ) f;

create temp table newest on commit drop as
  select f.team_id, n.series_id, g.grain,
    case g.grain when 0 then timestamptz 'epoch' else date_bin(make_interval(mins => g.grain), f.at, timestamptz 'epoch') end as bucket,
    max(f.mark) as mark
  from failed f cross join (values (1), (15), (120), (1440), (0)) as g (grain)
  cross join lateral (
    select unnest(array[
      md5(row('place_tool', f.agent_id, f.crew_id, f.user_id, f.project, f.host, f.labels, f.tool)::text)::uuid,
      md5(row('user_tool', f.user_id, f.tool)::text)::uuid, md5(row('project_tool', f.project, f.tool)::text)::uuid,
      md5(row('host_tool', f.host, f.tool)::text)::uuid, md5(row('tool', f.tool)::text)::uuid]) as series_id
    where f.tool is not null
    union all
    select unnest(array[
      md5(row('place_service', f.agent_id, f.crew_id, f.user_id, f.project, f.host, f.labels, f.service, f.category)::text)::uuid,
      md5(row('user_service', f.user_id, f.service, f.category)::text)::uuid,
      md5(row('project_service', f.project, f.service, f.category)::text)::uuid,
      md5(row('host_service', f.host, f.service, f.category)::text)::uuid, md5(row('service', f.service, f.category)::text)::uuid])
    where f.service is not null
  ) as n
  group by 1, 2, 3, 4;
analyze newest;

update rollup r set newest_failure = newest.mark
  from newest
  where r.team_id = newest.team_id and r.series_id = newest.series_id and r.grain = newest.grain and r.bucket = newest.bucket;
