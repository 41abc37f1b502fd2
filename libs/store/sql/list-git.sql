-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select to_jsonb(found) as record from (select own.* from (select agent_id, timestamptz '-infinity' as first_at, timestamptz 'infinity' as last_at from (
  select agent_id from agent where team_id = $1 and sub_agent is null and last_at >= $2::timestamptz
  union select agent_id from (select own.* from batch_ledger l cross join lateral (
  select r.agent_id, min(r.at) as first_at, max(r.at) as last_at from "git_activity" r
  where r.batch_no = l.batch_no and r.at between l.min_at and l.max_at and r.team_id = $3 and r.at >= $4::timestamptz group by r.agent_id) as own
  where l.team_id = $5 and l.folded_at is null and $6 = any(l.kinds)) as unfolded) as known) as known
  cross join lateral (select "at", "id", "team_id", "agent_id", "session_id", "task_id", "run_id", "crew_id", "trace_id", "span_id", "parent_span_id", "parent_agent_id", "parent_run_id", "user_id", "host", "project", "labels", "attributes", "operation", "branch", "sha", "message", "files_changed", "insertions", "deletions", "success", "origin" from "git_activity" where team_id = $7 and at >= $8::timestamptz and key_of("team_id", "agent_id") = key_of($9, known.agent_id) and "agent_id" = known.agent_id and at between known.first_at and known.last_at
  order by at desc, id desc limit $10) as own) as found
  order by at desc, id desc limit $11 offset $12;

--   Limit
--     ->  Sort
--           Sort Key: git_activity.at DESC, git_activity.id DESC
--           ->  Nested Loop
--                 ->  Unique
--                       ->  Merge Append
--                             Sort Key: agent.agent_id
--                             ->  Index Scan using agent_pkey on agent
--                                   Index Cond: (team_id = 'red'::text)
--                                   Filter: ((sub_agent IS NULL) AND (last_at >= '2026-06-08 12:34:56+00'::timestamp with time zone))
--                             ->  Sort
--                                   Sort Key: r.agent_id
--                                   ->  Nested Loop
--                                         ->  Index Scan using batch_ledger_unfolded on batch_ledger l
--                                               Index Cond: (team_id = 'red'::text)
--                                               Filter: ('git_activity'::text = ANY (kinds))
--                                         ->  GroupAggregate
--                                               Group Key: r.agent_id
--                                               ->  Sort
--                                                     Sort Key: r.agent_id
--                                                     ->  Index Scan using git_activity_default_batch_no_idx on git_activity_default r
--                                                           Index Cond: (batch_no = l.batch_no)
--                                                           Filter: ((at >= l.min_at) AND (at <= l.max_at) AND (at >= '2026-06-08 12:34:56+00'::timestamp with time zone) AND (team_id = 'red'::text))
--                 ->  Limit
--                       ->  Incremental Sort
--                             Sort Key: git_activity.at DESC, git_activity.id DESC
--                             Presorted Key: git_activity.at
--                             ->  Index Scan Backward using git_activity_default_key_of_at_idx on git_activity_default git_activity
--                                   Index Cond: ((hashtextextended(agent_id, hashtextextended(team_id, '0'::bigint)) = hashtextextended(agent.agent_id, '3932153850680209387'::bigint)) AND (at >= '2026-06-08 12:34:56+00'::timestamp with time zone) AND (at >= '-infinity'::timestamp with time zone) AND (at <= 'infinity'::timestamp with time zone))
--                                   Filter: ((team_id = 'red'::text) AND (agent_id = agent.agent_id))
