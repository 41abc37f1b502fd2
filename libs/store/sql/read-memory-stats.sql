-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select m.last_at, m.hits, m.misses, (
  select coalesce(json_agg(json_build_object('memory_id', memory_id, 'recalls', recalls) order by recalls desc, memory_id), '[]')
  from (select memory_id, recalls from agent_recall where team_id = $1 and agent_id = $2
  order by recalls desc, memory_id limit 10) as most) as top
  from agent a left join agent_memory m using (team_id, agent_id)
  where a.team_id = $3 and a.agent_id = $4;

--   Nested Loop Left Join
--     InitPlan 1
--       ->  Aggregate
--             ->  Limit
--                   ->  Index Only Scan using agent_recall_most on agent_recall
--                         Index Cond: ((team_id = 'red'::text) AND (agent_id = 'agent-1'::text))
--     ->  Index Only Scan using agent_newest on agent a
--           Index Cond: ((team_id = 'red'::text) AND (agent_id = 'agent-1'::text))
--     ->  Index Scan using agent_memory_pkey on agent_memory m
--           Index Cond: ((team_id = 'red'::text) AND (agent_id = 'agent-1'::text))


select sum(r.memory_stores) as stores, sum(r.memory_recalls) as recalls, sum(r.memory_stored_bytes) as bytes
  from "series" s cross join lateral (select r.* from "rollup_ever" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 0) r
  where s.team_id = $2 and s.cube = $3 and s.session_id is null and s.task_id is null and s.run_id is null and "s"."agent_id" = $4;

--   Aggregate
--     ->  Nested Loop
--           Join Filter: (r.series_id = s.series_id)
--           ->  Index Scan using series_cube on series s
--                 Index Cond: ((team_id = 'red'::text) AND (cube = 'place'::text) AND (agent_id = 'agent-1'::text))
--           ->  Index Scan using rollup_ever_pkey on rollup_ever r
--                 Index Cond: ((team_id = 'red'::text) AND (grain = 0))


select name, value from agent_memory_report where team_id = $1 and agent_id = $2;

--   Index Scan using agent_memory_report_pkey on agent_memory_report
--     Index Cond: ((team_id = 'red'::text) AND (agent_id = 'agent-1'::text))
