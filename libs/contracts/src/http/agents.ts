import { z } from 'zod';
import { sums } from '../sums.ts';
import { filter, instant, pageAnswer, pageQuery, searchText, teamQuery } from './query.ts';

/** `started` until the first sample, `running`, `stopped` after an end completed or cancelled, `error` after another. */
export const lifecycle = z.enum(['started', 'running', 'stopped', 'error']);
export const agentState = z.enum(['working', 'waiting', 'idle', 'stuck', 'over_budget', 'silent', 'done']);

/** A named worker of a team, with its totals since it was first seen. */
export const agentRow = z.object({
  agent_id: z.string(),
  name: z.string(),
  team_id: z.string(),
  state: agentState,
  /** In words, why it is in this state. */
  state_reason: z.string(),
  state_since: instant,
  /** null while no run of it is known: it reports about itself only. */
  lifecycle: lifecycle.nullable(),
  host: z.string().nullable(),
  crew_id: z.string().nullable(),
  parent_agent_id: z.string().nullable(),
  current_run_id: z.string().nullable(),
  last_updated: instant,
  ...sums,
});
export type AgentRow = z.output<typeof agentRow>;

export const agentsQuery = z.strictObject({
  ...teamQuery,
  ...pageQuery,
  lifecycle: lifecycle.optional(),
  host: filter,
  crew_id: filter,
  /** Those under this one alone. */
  parent_agent_id: filter,
  /** Whether the sub-agents that a client runs within its own process are listed, too. */
  sub_agents: z.enum(['true', 'false'], { error: 'is not true or false' }).default('true'),
  /** Part of the agent's id. */
  q: searchText.optional(),
});
export const agentsAnswer = z.object({ agents: z.array(agentRow), ...pageAnswer });
export type AgentsAnswer = z.output<typeof agentsAnswer>;
