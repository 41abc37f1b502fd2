-- What raw records take beside themselves.

-- Ids of the lines of a chunk, as libs/store/src/log-chunks/packed-ids.ts writes them: how many first bytes all of them
-- share, those bytes, then the others of each. UUIDv7 made together share four or five.
create function ids_of(packed bytea) returns setof uuid
language sql immutable strict parallel safe as $$
  select encode(substr(packed, 2, shared) || substr(packed, 2 + shared + n * (16 - shared), 16 - shared), 'hex')::uuid
  from (select get_byte(packed, 0) as shared) as head
    cross join lateral generate_series(0, (length(packed) - 1 - shared) / (16 - shared) - 1) as n
$$;

-- Nothing shared is a packing too.
create function pack_ids(ids uuid[]) returns bytea language sql immutable strict as $$
  select '\x00'::bytea || string_agg(uuid_send(id), ''::bytea order by n) from unnest(ids) with ordinality as each(id, n)
$$;
drop view log_line;
alter table log_chunk alter column ids type bytea using pack_ids(ids);
drop function pack_ids;
create view log_line as
  select team_id, batch_no, agent_id, session_id, task_id, run_id, id from log_entry
  union all
  select team_id, batch_no, agent_id, session_id, task_id, run_id, ids_of(ids) from log_chunk;

-- Slow calls by whole seconds, slowest first: calls of one second share an index entry, and only those that a list begins
-- with are sorted by the rest.
do $$
declare kind text;
begin
  foreach kind in array array['llm_call', 'tool_call', 'service_call'] loop
    execute format('drop index %I', kind || '_slow');
    execute format('create index %I on %I (team_id, ((duration_ms / 1000)::bigint) desc) where duration_ms >= 1000', kind || '_slow', kind);
  end loop;
  -- All of a task are read together, so that its rows share an entry.
  foreach kind in array array['agent_step', 'task_event', 'artifact'] loop
    execute format('drop index %I', kind || '_task');
    execute format('create index %I on %I (key_of(team_id, task_id)) where task_id is not null', kind || '_task', kind);
  end loop;
end $$;

-- Nobody asks for the metrics or the gateway's minutes of an agent, but whoever removes old canaries (team '*').
drop index metric_agent, endpoint_minute_agent;
create index metric_canary on metric (at) where team_id = '*' and agent_id = 'canary';
