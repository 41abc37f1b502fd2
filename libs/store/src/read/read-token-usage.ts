import type { TokenUsage } from '@telltale/contracts/http/agent-telemetry';
import type { Sums } from '@telltale/contracts/sums';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { plannedOnce } from '../planned-once.ts';
import { isIndexed } from './agent-spans.ts';
import { readSumsBy } from './read-sums.ts';
import { readSubAgentSums } from './sub-agents.ts';
import { toSums } from './sums-row.ts';

/** The state tables of the ids that tokens are asked by, and the smallest cube that has them as a dimension. */
const places = {
  agent_id: { table: 'agent', cube: 'place' },
  run_id: { table: 'run', cube: 'unit' },
  session_id: { table: 'session', cube: 'unit' },
} as const;

export type TokenUsageOf = keyof typeof places;

function toTokenUsage(model: string | null, sums: Sums): TokenUsage {
  const { input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, total_tokens } = sums;
  const { cost_usd, unpriced_calls } = sums;
  return {
    model,
    input_tokens,
    output_tokens,
    cache_read_tokens,
    cache_write_tokens,
    total_tokens,
    cost_usd,
    unpriced_calls,
  };
}

export const noTokens: TokenUsage = toTokenUsage(null, toSums(undefined));

type StateRow = { key: string; model: string | null; last_at: Date; under: string | null };

/** `under`: the agent that this one is a sub-agent of. */
export type FoundUsage = { tokens: TokenUsage; lastAt: string; under: string | null };

/** Cumulative tokens and money of agents, runs or sessions as of the last fold, by id; ids never folded are absent. */
export async function readTokenUsage(
  db: Db,
  { teamId, of, ids }: { teamId: string; of: TokenUsageOf; ids: readonly string[] },
): Promise<Map<string, FoundUsage>> {
  const { table, cube } = places[of];
  const id = sql.ref(of);
  const model =
    of === 'agent_id'
      ? sql`state.model`
      : sql`(select call.model from unit_total as unit cross join lateral (
            select call.model, call.at, call.id from llm_call as call
            where call.team_id = ${teamId} and ${isIndexed('call.agent_id', teamId, sql`unit.agent_id`)}
              and call.${id} = state.${id}
              and call.at between unit.first_at and unit.last_at + interval '1 minute'
            order by call.at desc, call.id desc limit 1) as call
          where unit.team_id = ${teamId} and unit.cube = 'unit_model' and unit.${id} = state.${id}
          order by call.at desc, call.id desc limit 1)`;
  const under =
    of === 'agent_id' ? sql`case when state.sub_agent is not null then state.parent_agent_id end` : sql`null::text`;
  // One id is compared as such: see `keyRows`.
  const one = ids.length === 1 ? ids[0] : undefined;
  const allTime = [{ grain: 0, from: null, to: null }] as const;
  const [states, sums, subAgents] = await Promise.all([
    sql<StateRow>`${plannedOnce} select state.${id} as key, ${model} as model, state.last_at, ${under} as under from ${sql.table(table)} as state
      where state.team_id = ${teamId} and state.${id} = any(${[...ids]}::text[])`.execute(db),
    readSumsBy(db, of, { teamId, cube, segments: allTime, filter: { [of]: one ?? ids }, isFrequent: true }),
    of === 'agent_id' ? readSubAgentSums(db, { teamId, ids }) : new Map<string, Sums>(),
  ]);
  const entries = states.rows.map(({ key, model, last_at, under: parent }) => {
    const tokens = toTokenUsage(model, subAgents.get(key) ?? sums.get(key) ?? toSums(undefined));
    return [key, { tokens, lastAt: last_at.toISOString(), under: parent }] as const;
  });
  return new Map(entries);
}
