-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select call_id::text as id from calls where team_id = $1 and call_id = any($2::uuid[])
  union
  select substr(alias, 3) from call_alias
  where team_id = $3 and alias = any($4::text[]);

--   Unique
--     ->  Sort
--           Sort Key: ((calls.call_id)::text)
--           ->  Append
--                 ->  Index Only Scan using calls_pkey on calls
--                       Index Cond: ((team_id = 'red'::text) AND (call_id = ANY ('{<uuid>}'::uuid[])))
--                 ->  Index Only Scan using call_alias_pkey on call_alias
--                       Index Cond: ((team_id = 'red'::text) AND (alias = ANY ('{r:<uuid>}'::text[])))
