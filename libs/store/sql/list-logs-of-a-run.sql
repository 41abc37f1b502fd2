-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select to_jsonb(found) as record from (select own.* from (select agent_id, min(first_at) as first_at, max(last_at) as last_at from (
  select agent_id, first_at, last_at + interval '1 minute' as last_at from unit_total as unit where unit.team_id = $1 and unit.cube = 'unit' and "unit"."run_id" = $2
  union all select own.* from batch_ledger l cross join lateral (
  select r.agent_id, min(r.at) as first_at, max(r.at) as last_at from "log_entry" r
  where r.batch_no = l.batch_no and r.at between l.min_at and l.max_at and r.team_id = $3 and "r"."run_id" = $4 and r.at >= $5::timestamptz group by r.agent_id) as own
  where l.team_id = $6 and l.folded_at is null and $7 = any(l.kinds)
  ) as span group by agent_id) as known
  cross join lateral (select "at", "id", "team_id", "agent_id", "session_id", "task_id", "run_id", "crew_id", "trace_id", "span_id", "parent_span_id", "parent_agent_id", "parent_run_id", "user_id", "host", "project", "labels", "attributes", "level", "message", "source", "line" from "log_entry" where team_id = $8 and "run_id" = $9 and at >= $10::timestamptz and level = any($11::text[]) and key_of("team_id", "agent_id") = key_of($12, known.agent_id) and "agent_id" = known.agent_id and at between known.first_at and known.last_at
  order by at desc, id desc limit $13) as own) as found
  order by at desc, id desc limit $14 offset $15;

--   Limit
--     ->  Sort
--           Sort Key: log_entry.at DESC, log_entry.id DESC
--           ->  Nested Loop
--                 ->  GroupAggregate
--                       Group Key: unit.agent_id
--                       ->  Sort
--                             Sort Key: unit.agent_id
--                             ->  Append
--                                   ->  Index Scan using unit_total_run on unit_total unit
--                                         Index Cond: ((team_id = 'red'::text) AND (cube = 'unit'::text) AND (run_id = 'run-1'::text))
--                                   ->  Nested Loop
--                                         ->  Index Scan using batch_ledger_unfolded on batch_ledger l
--                                               Index Cond: (team_id = 'red'::text)
--                                               Filter: ('log_entry'::text = ANY (kinds))
--                                         ->  GroupAggregate
--                                               Group Key: r.agent_id
--                                               ->  Sort
--                                                     Sort Key: r.agent_id
--                                                     ->  Index Scan using log_entry_default_batch_no_idx on log_entry_default r
--                                                           Index Cond: (batch_no = l.batch_no)
--                                                           Filter: ((at >= l.min_at) AND (at <= l.max_at) AND (at >= '2026-06-08 12:34:56+00'::timestamp with time zone) AND (team_id = 'red'::text) AND (run_id = 'run-1'::text))
--                 ->  Limit
--                       ->  Incremental Sort
--                             Sort Key: log_entry.at DESC, log_entry.id DESC
--                             Presorted Key: log_entry.at
--                             ->  Index Scan Backward using log_entry_default_key_of_at_idx on log_entry_default log_entry
--                                   Index Cond: ((hashtextextended(agent_id, hashtextextended(team_id, '0'::bigint)) = hashtextextended(unit.agent_id, '3932153850680209387'::bigint)) AND (at >= '2026-06-08 12:34:56+00'::timestamp with time zone) AND (at >= (min(unit.first_at))) AND (at <= (max(((unit.last_at + '00:01:00'::interval))))))
--                                   Filter: ((level = ANY ('{warning,error}'::text[])) AND (team_id = 'red'::text) AND (run_id = 'run-1'::text) AND (agent_id = unit.agent_id))


select "chunk"."team_id", "chunk"."agent_id", "chunk"."session_id", "chunk"."task_id", "chunk"."run_id", "chunk"."crew_id", "chunk"."parent_agent_id", "chunk"."parent_run_id", "chunk"."user_id", "chunk"."host", "chunk"."project", "chunk"."labels", "chunk"."at", "chunk"."max_at", "chunk"."ids", "chunk"."body" from log_chunk chunk where chunk.team_id = $1 and key_of("chunk"."team_id", "chunk"."run_id") = key_of($2, $3) and "chunk"."run_id" = $4 and chunk.max_at >= $5::timestamptz and chunk.at > $6::timestamptz - interval '15 minutes' and 0 + warnings + errors > 0
  order by chunk.max_at desc, substr(chunk.ids, 1, 17) desc limit $7;

--   Limit
--     ->  Incremental Sort
--           Sort Key: chunk.max_at DESC, (substr(chunk.ids, 1, 17)) DESC
--           Presorted Key: chunk.max_at
--           ->  Index Scan Backward using log_chunk_default_key_of_max_at_idx1 on log_chunk_default chunk
--                 Index Cond: ((hashtextextended(run_id, hashtextextended(team_id, '0'::bigint)) = '-9049844318785793418'::bigint) AND (max_at >= '2026-06-08 12:34:56+00'::timestamp with time zone))
--                 Filter: ((team_id = 'red'::text) AND (run_id = 'run-1'::text) AND (at > ('2026-06-08 12:34:56+00'::timestamp with time zone - '00:15:00'::interval)) AND (((0 + warnings) + errors) > 0))
