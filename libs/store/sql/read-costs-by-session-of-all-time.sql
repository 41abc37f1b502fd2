-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which
-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.

select (select coalesce(json_agg(part), '[]') from (select sum(r.llm_calls) as "llm_calls", sum(r.input_tokens) as "input_tokens", sum(r.output_tokens) as "output_tokens", round(sum(r.cost_usd), 6) as "cost_usd", sum(r.unpriced_calls) as "unpriced_calls", sum(r.estimated_calls) as "estimated_calls", sum(r.cost_usd)::text as exact_cost from "series" s cross join lateral (select r.* from "rollup_ever" r where r.team_id = $1 and r.series_id = s.series_id and r.grain = 0) r
  where s.team_id = $2 and s.cube = $3 and s.session_id is null and s.task_id is null and s.run_id is null) as part) as "totals",
  (select coalesce(json_agg(part), '[]') from (
  select key, round(cost_usd, 6) as cost, llm_calls as calls, unpriced_calls as unpriced,
  coalesce(input_tokens, 0) + coalesce(output_tokens, 0) as tokens
  from ((select t.key, "t"."llm_calls", "t"."unpriced_calls", "t"."input_tokens", "t"."output_tokens", "t"."cost_usd" from (select t.id as key, "t"."llm_calls", "t"."unpriced_calls", "t"."input_tokens", "t"."output_tokens", "t"."cost_usd", t.first_at, t.last_at from "key_total" t
  where t.team_id = $4 and t.dim = 'session_id' and t.llm_calls > 0 order by cost_usd desc nulls last, llm_calls desc nulls last, "key" limit $5) t) union all (select key, sum("r"."llm_calls") as "llm_calls", sum("r"."unpriced_calls") as "unpriced_calls", sum("r"."input_tokens") as "input_tokens", sum("r"."output_tokens") as "output_tokens", sum("r"."cost_usd") as "cost_usd" from (select "t"."session_id" as key, "t"."llm_calls", "t"."unpriced_calls", "t"."input_tokens", "t"."output_tokens", "t"."cost_usd" from (select * from unit_total t where t.team_id = $6 and t.cube = 'unit' and "t"."session_id" is null offset 0) t) r group by key having sum(r.llm_calls) > 0)) as unit
  order by cost_usd desc nulls last, llm_calls desc nulls last, key limit $7) as part) as "groups";

--   Result
--     InitPlan 1
--       ->  Aggregate
--             ->  Subquery Scan on part
--                   ->  Aggregate
--                         ->  Nested Loop
--                               Join Filter: (r.series_id = s.series_id)
--                               ->  Index Scan using series_cube on series s
--                                     Index Cond: ((team_id = 'red'::text) AND (cube = 'team'::text))
--                               ->  Index Scan using rollup_ever_pkey on rollup_ever r
--                                     Index Cond: ((team_id = 'red'::text) AND (grain = 0))
--     InitPlan 2
--       ->  Aggregate
--             ->  Subquery Scan on part_1
--                   ->  Limit
--                         ->  Sort
--                               Sort Key: unit.cost_usd DESC NULLS LAST, unit.llm_calls DESC NULLS LAST, unit.key
--                               ->  Subquery Scan on unit
--                                     ->  Append
--                                           ->  Subquery Scan on "*SELECT* 1"
--                                                 ->  Subquery Scan on t
--                                                       ->  Limit
--                                                             ->  Index Scan using key_total_cost on key_total t_1
--                                                                   Index Cond: ((team_id = 'red'::text) AND (dim = 'session_id'::text) AND (llm_calls > 0))
--                                           ->  GroupAggregate
--                                                 Group Key: t_2.session_id
--                                                 Filter: (sum(t_2.llm_calls) > '0'::numeric)
--                                                 ->  Sort
--                                                       Sort Key: t_2.session_id
--                                                       ->  Subquery Scan on t_2
--                                                             ->  Index Scan using unit_total_run on unit_total t_3
--                                                                   Index Cond: ((team_id = 'red'::text) AND (cube = 'unit'::text))
--                                                                   Filter: (session_id IS NULL)
