-- How many records a total has: a call that moved elsewhere leaves a unit behind that never was, with none of either.
alter table unit_total add column records bigint;
alter table key_total add column records bigint;
update unit_total t set records = r.records from rollup r
  where r.team_id = t.team_id and r.series_id = t.series_id and r.grain = 0 and r.records is not null;
update key_total t set records = s.records
  from (select team_id, key.dim, key.id, sum(records) as records from unit_total
    cross join lateral (values ('session_id', session_id), ('task_id', task_id), ('run_id', run_id)) as key (dim, id)
    where cube = 'unit' and key.id is not null group by 1, 2, 3) s
  where s.team_id = t.team_id and s.dim = t.dim and s.id = t.id;
