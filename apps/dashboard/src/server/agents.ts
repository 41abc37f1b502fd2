import type { AgentRow } from '@telltale/contracts/http/agents';
import { queryOptions } from '@tanstack/react-query';
import { apiOf } from './api.ts';

/** More than this is not listed: the filters of the page narrow what is shown, not what is fetched. */
const mostPages = 50;

async function allAgents(team: string): Promise<{ agents: AgentRow[]; isCut: boolean }> {
  const agents: AgentRow[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await apiOf(team).agents({
      limit: 100,
      sub_agents: 'false',
      ...(cursor === undefined ? {} : { cursor }),
    });
    agents.push(...answer.agents);
    cursor = answer.next_cursor;
    if (cursor === undefined) return { agents, isCut: false };
  }
  return { agents, isCut: true };
}

/**
 * Every agent of a team with its state and totals, without the sub-agents that work within one: its page shows those.
 * States age by themselves, so they are asked for again and again.
 */
export const agentsQuery = (team: string) =>
  queryOptions({
    queryKey: ['agents', team],
    queryFn: () => allAgents(team),
    refetchInterval: ({ state }) => ((state.data?.agents.length ?? 0) > 200 ? 15_000 : 4_000),
  });

const refetchInterval = 4_000;

/** The agents under one: those that it started, and the sub-agents that work within it; heard of last first. */
export const agentsUnderQuery = (team: string, parent: string) =>
  queryOptions({
    queryKey: ['agents', team, 'under', parent],
    queryFn: async () => (await apiOf(team).agents({ limit: 100, parent_agent_id: parent })).agents,
    refetchInterval,
  });

/** One agent, a sub-agent too; null when nothing was heard of it. */
export const agentQuery = (team: string, id: string) =>
  queryOptions({
    queryKey: ['agents', team, 'one', id],
    queryFn: async () => {
      const { agents } = await apiOf(team).agents({ limit: 100, q: id });
      return agents.find(({ agent_id }) => agent_id === id) ?? null;
    },
    refetchInterval,
  });

/** Key of what an agent is doing; filled by the live feed, and by REST where nothing listens. */
export const telemetryKey = (team: string, agentId: string) => ['telemetry', team, agentId] as const;
