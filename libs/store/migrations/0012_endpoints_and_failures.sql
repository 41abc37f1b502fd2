-- The gateways' own traffic, summed: requests and latencies of each route by bucket, as in rollup and rollup_bin.
create table endpoint_rollup (
  team_id    text        not null,
  agent_id   text        not null,
  route      text        not null,
  method     text        not null,
  -- Length of the bucket in minutes: 1 (kept 48 h), 15, 1440, and 0 for all time (bucket 1970-01-01).
  grain      smallint    not null,
  bucket     timestamptz not null,
  requests   bigint      not null,
  errors_4xx bigint      not null,
  errors_5xx bigint      not null,
  bins       integer[]   not null,
  counts     bigint[]    not null,
  primary key (team_id, agent_id, grain, bucket, route, method)
) with (fillfactor = 70);

-- The newest failure of each series of a tool or a service (cubes place_tool, place_service). It outlives the record.
create table last_failure (
  team_id   text        not null,
  series_id uuid        not null,
  at        timestamptz not null,
  id        uuid        not null,
  -- The first 200 characters.
  message   text        not null,
  primary key (team_id, series_id)
) with (fillfactor = 70);

-- Both from what is kept: folded batches only, as the next fold adds the others.
with minutes as (
  select r.team_id, r.agent_id, r.route, r.method, date_bin('1 minute', r.at, timestamptz 'epoch') as minute, r.requests, r.errors_4xx,
    r.errors_5xx, r.latency_bins
  from endpoint_minute r
  where not exists (select from batch_ledger l where l.team_id = r.team_id and l.batch_no = r.batch_no and l.folded_at is null)
), cells as (
  select m.*, g.grain,
    case g.grain when 0 then timestamptz 'epoch' else date_bin(make_interval(mins => g.grain), m.minute, timestamptz 'epoch') end as bucket
  from minutes m cross join (values (1), (15), (1440), (0)) as g (grain)
  where g.grain <> 1 or m.minute >= now() - interval '49 hours'
), sums as (
  select team_id, agent_id, route, method, grain, bucket, sum(requests) as requests, sum(errors_4xx) as errors_4xx, sum(errors_5xx) as errors_5xx
  from cells group by 1, 2, 3, 4, 5, 6
), counted as (
  select team_id, agent_id, route, method, grain, bucket,
    case part.key when 'z' then -100000 else part.key::integer end as bin, sum(part.value::bigint)::bigint as n
  from cells cross join lateral jsonb_each_text(latency_bins) as part where part.key ~ '^(z|-?[0-9]{1,6})$' group by 1, 2, 3, 4, 5, 6, 7
), arrays as (
  select team_id, agent_id, route, method, grain, bucket, array_agg(bin) as bins, array_agg(n) as counts
  from counted group by 1, 2, 3, 4, 5, 6
)
insert into endpoint_rollup
  select s.*, coalesce(a.bins, '{}'), coalesce(a.counts, '{}')
  from sums s left join arrays a using (team_id, agent_id, route, method, grain, bucket);

with failed as (
  select r.team_id, 'place_tool' as cube, r.agent_id, r.crew_id, r.user_id, r.project, r.host, r.labels, r.tool_name as tool,
    null::text as service, null::text as category, r.at, r.id, r.error_message
  from tool_call r where not r.success
  union all
  select r.team_id, 'place_service', r.agent_id, r.crew_id, r.user_id, r.project, r.host, r.labels, null, r.service_name,
    coalesce(r.category, case when r.service_name ~* 'openai|anthropic|cohere|claude|gpt|gemini|mistral|ollama|bedrock|llm' then 'llm' else 'external' end),
    r.at, r.id, r.error_message
  from service_call r where not r.success
), placed as (
  select f.*, (select jsonb_object_agg(l.key, l.value) from jsonb_each(f.labels) l
    where l.key = any((select label_names from team where team.team_id = f.team_id)::text[])) as allowed
  from failed f
), named as (
  select team_id, case cube
      when 'place_tool' then md5(row('place_tool', agent_id, crew_id, user_id, project, host, allowed, tool)::text)::uuid
      else md5(row('place_service', agent_id, crew_id, user_id, project, host, allowed, service, category)::text)::uuid
    end as series_id, at, id, left(coalesce(error_message, 'no message'), 200) as message
  from placed
)
insert into last_failure
  select distinct on (team_id, series_id) team_id, series_id, at, id, message from named order by team_id, series_id, at desc, id desc;
