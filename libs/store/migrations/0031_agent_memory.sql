-- What agents did with their memory, so that no question about it reads its records: how many of those there are must not
-- tell how long an answer takes, and they do not live as long as what is known of them.

create table agent_memory (
  team_id  text        not null,
  agent_id text        not null,
  -- The newest operation.
  last_at  timestamptz not null,
  -- Recalls that said that they found something, and that they found nothing.
  hits     bigint      not null,
  misses   bigint      not null,
  primary key (team_id, agent_id)
);

-- How often each memory was recalled; recalls that found nothing are not.
create table agent_recall (
  team_id   text        not null,
  agent_id  text        not null,
  memory_id text        not null,
  recalls   bigint      not null,
  last_at   timestamptz not null,
  primary key (team_id, agent_id, memory_id)
);
create index agent_recall_most on agent_recall (team_id, agent_id, recalls desc, memory_id);

-- What attributes of the operations reported of the memory as a whole: the newest value of each name, by (at, id).
create table agent_memory_report (
  team_id  text        not null,
  agent_id text        not null,
  name     text        not null,
  value    jsonb       not null,
  at       timestamptz not null,
  id       uuid        not null,
  primary key (team_id, agent_id, name)
);

-- Of the records that are folded and kept; memory operations are few.
create temp table folded on commit drop as
  select r.team_id, r.agent_id, r.at, r.id, r.operation, r.memory_id, r.hit, r.attributes from memory_operation r
  where not exists (select from batch_ledger l where l.team_id = r.team_id and l.batch_no = r.batch_no and l.folded_at is null);

insert into agent_memory
  select team_id, agent_id, max(at), count(*) filter (where operation = 'recall' and hit),
    count(*) filter (where operation = 'recall' and not hit)
  from folded group by 1, 2;

insert into agent_recall
  select team_id, agent_id, memory_id, count(*), max(at) from folded
  where operation = 'recall' and memory_id is not null and hit is not false group by 1, 2, 3;

insert into agent_memory_report
  select distinct on (team_id, agent_id, name) team_id, agent_id, name, attributes -> name, at, id
  from folded join (values ('letta_agent_id', 'string'), ('core_memory_size_kb', 'number'),
      ('archival_memory_size_kb', 'number'), ('vector_db_entries_count', 'number')) as wanted (name, type)
    on jsonb_typeof(attributes -> name) = type
  order by team_id, agent_id, name, at desc, id desc;
