-- Whether a span may be too long: a call that moved elsewhere can leave its first or last bucket empty. Where it is not,
-- a total that begins or ends within a period has something in it, and none of its buckets need be looked at.
alter table key_total add column loose boolean not null default false;
alter table key_model_total add column loose boolean not null default false;

create temp table loose_unit on commit drop as
  select u.team_id, u.cube, u.session_id, u.task_id, u.run_id, u.model
  from unit_total u
  where exists (select from (values (u.first_at), (u.last_at)) as edge (at)
    where not exists (select from rollup r where r.team_id = u.team_id and r.series_id = u.series_id and r.grain = 1
        and r.bucket = edge.at and (r.records > 0 or r.llm_calls > 0))
      and not (edge.at < now() - interval '48 hours'
        and exists (select from rollup r where r.team_id = u.team_id and r.series_id = u.series_id and r.grain = 15
          and r.bucket = date_bin('15 minutes', edge.at, timestamptz 'epoch') and (r.records > 0 or r.llm_calls > 0))));

update key_total t set loose = true
  from loose_unit u cross join lateral (values ('session_id', u.session_id), ('task_id', u.task_id), ('run_id', u.run_id)) as key (dim, id)
  where u.cube = 'unit' and t.team_id = u.team_id and t.dim = key.dim and t.id = key.id;
update key_model_total t set loose = true
  from loose_unit u cross join lateral (values ('session_id', u.session_id), ('task_id', u.task_id), ('run_id', u.run_id)) as key (dim, id)
  where u.cube = 'unit_model' and t.team_id = u.team_id and t.dim = key.dim and t.model = u.model and t.id = key.id;
