-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select 1 from agent where team_id = $1 and agent_id = $2;

--   Index Only Scan using agent_newest on agent
--     Index Cond: ((team_id = 'red'::text) AND (agent_id = 'agent-1'::text))


select sum(r.memory_stores) as stores, sum(r.memory_recalls) as recalls, sum(r.memory_stored_bytes) as bytes
  from series s cross join lateral (select r.* from "rollup" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 0) r
  where s.team_id = $2 and s.cube = $3 and s.session_id is null and s.task_id is null and s.run_id is null and "s"."agent_id" = $4;

--   Aggregate
--     ->  Nested Loop
--           Join Filter: (r.series_id = s.series_id)
--           ->  Index Scan using series_cube on series s
--                 Index Cond: ((team_id = 'red'::text) AND (cube = 'place'::text) AND (agent_id = 'agent-1'::text))
--           ->  Index Scan using rollup_ever_pkey on rollup_ever r
--                 Index Cond: ((team_id = 'red'::text) AND (grain = 0))


with recent as materialized (
  select at, id, operation, memory_id, hit, attributes from memory_operation
  where team_id = $1 and agent_id = $2 order by at desc, id desc limit 10000),
  recalled as (
  select memory_id, count(*) as recalls from recent
  where operation = 'recall' and memory_id is not null and hit is not false
  group by 1 order by 2 desc, 1 limit 10)
  select max(at) as last, count(*) filter (where operation = 'recall' and hit) as hits,
  count(*) filter (where operation = 'recall' and hit is not null) as judged,
  (select coalesce(json_agg(recalled order by recalls desc, memory_id), '[]') from recalled) as top
  from recent;

--   Aggregate
--     CTE recent
--       ->  Limit
--             ->  Incremental Sort
--                   Sort Key: memory_operation.at DESC, memory_operation.id DESC
--                   Presorted Key: memory_operation.at
--                   ->  Index Scan Backward using memory_operation_default_team_id_agent_id_at_idx on memory_operation_default memory_operation
--                         Index Cond: ((team_id = 'red'::text) AND (agent_id = 'agent-1'::text))
--     InitPlan 2
--       ->  Aggregate
--             ->  Subquery Scan on recalled
--                   ->  Limit
--                         ->  Sort
--                               Sort Key: (count(*)) DESC, recent_1.memory_id
--                               ->  HashAggregate
--                                     Group Key: recent_1.memory_id
--                                     ->  CTE Scan on recent recent_1
--                                           Filter: ((memory_id IS NOT NULL) AND (hit IS NOT FALSE) AND (operation = 'recall'::text))
--     ->  CTE Scan on recent


with recent as materialized (select * from (
  select at, id, operation, memory_id, hit, attributes from memory_operation
  where team_id = $1 and agent_id = $2 order by at desc, id desc limit 10000) found where attributes is not null)
  select distinct on (name) name, attributes -> name as value
  from recent join unnest($3::text[], $4::text[]) as wanted (name, type)
  on jsonb_typeof(attributes -> name) = type
  order by name, at desc, id desc;

--   Unique
--     CTE recent
--       ->  Subquery Scan on found
--             Filter: (found.attributes IS NOT NULL)
--             ->  Limit
--                   ->  Incremental Sort
--                         Sort Key: memory_operation.at DESC, memory_operation.id DESC
--                         Presorted Key: memory_operation.at
--                         ->  Index Scan Backward using memory_operation_default_team_id_agent_id_at_idx on memory_operation_default memory_operation
--                               Index Cond: ((team_id = 'red'::text) AND (agent_id = 'agent-1'::text))
--     ->  Sort
--           Sort Key: wanted.name, recent.at DESC, recent.id DESC
--           ->  Nested Loop
--                 Join Filter: (jsonb_typeof((recent.attributes -> wanted.name)) = wanted.type)
--                 ->  CTE Scan on recent
--                 ->  Function Scan on wanted
