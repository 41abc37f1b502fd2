-- What a sub-agent did with the memory of its agent is told under its own id too, as its other totals are.

create temp table operation_of_sub_agent on commit drop as
  select r.team_id, a.agent_id, r.at, r.id, r.operation, r.memory_id, r.hit, r.attributes from memory_operation r
  join agent a on a.team_id = r.team_id and a.parent_agent_id = r.agent_id and a.sub_agent = r.labels ->> 'sub_agent'
  where not exists (select from batch_ledger l where l.team_id = r.team_id and l.batch_no = r.batch_no and l.folded_at is null);

-- An agent that spoke for itself once has what it did by itself there.
delete from operation_of_sub_agent f using agent_memory m where m.team_id = f.team_id and m.agent_id = f.agent_id;

insert into agent_memory
  select team_id, agent_id, max(at), count(*) filter (where operation = 'recall' and hit),
    count(*) filter (where operation = 'recall' and not hit)
  from operation_of_sub_agent group by 1, 2;

insert into agent_recall
  select team_id, agent_id, memory_id, count(*), max(at) from operation_of_sub_agent
  where operation = 'recall' and memory_id is not null and hit is not false group by 1, 2, 3;

insert into agent_memory_report
  select distinct on (team_id, agent_id, name) team_id, agent_id, name, attributes -> name, at, id
  from operation_of_sub_agent join (values ('letta_agent_id', 'string'), ('core_memory_size_kb', 'number'),
      ('archival_memory_size_kb', 'number'), ('vector_db_entries_count', 'number')) as wanted (name, type)
    on jsonb_typeof(attributes -> name) = type
  order by team_id, agent_id, name, at desc, id desc;
