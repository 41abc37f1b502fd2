-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select task_id, crew_id, agent_id, session_id, status, start_time, end_time, inputs,
  case when status = 'FAILED' then left(error_message, 200) end as error_preview from task where team_id = $1 and "crew_id" = $2 and "status" = $3
  order by start_time desc, task_id desc limit $4 offset $5;

--   Limit
--     ->  Index Scan using task_start on task
--           Index Cond: (team_id = 'red'::text)
--           Filter: ((crew_id = 'crew-1'::text) AND (status = 'FAILED'::text))


select count(*) as total from task where team_id = $1 and "crew_id" = $2 and "status" = $3;

--   Aggregate
--     ->  Index Scan using task_crew on task
--           Index Cond: ((team_id = 'red'::text) AND (crew_id = 'crew-1'::text))
--           Filter: (status = 'FAILED'::text)


select distinct on (crew_id) crew_id, profile -> 'input_summary' as keys from crew
  where team_id = $1 order by crew_id, seen_at desc;

--   Unique
--     ->  Sort
--           Sort Key: crew_id, seen_at DESC
--           ->  Bitmap Heap Scan on crew
--                 Recheck Cond: (team_id = 'red'::text)
--                 ->  Bitmap Index Scan on crew_pkey
--                       Index Cond: (team_id = 'red'::text)
