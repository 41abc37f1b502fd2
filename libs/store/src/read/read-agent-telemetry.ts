import type { AgentTelemetry } from '@telltale/contracts/http/agent-telemetry';
import type { Db } from '../database.ts';
import { readFleetTelemetry } from './read-fleet-telemetry.ts';

/** What is known of one agent, session or run. */
export type Telemetry = Omit<AgentTelemetry, 'agent_id' | 'team_id'>;

/** null when nothing was ever heard of the agent in this team. */
export async function readAgentTelemetry(
  db: Db,
  { teamId, agentId, logs }: { teamId: string; agentId: string; logs: number },
): Promise<AgentTelemetry | null> {
  const found = await readFleetTelemetry(db, { teamId, of: 'agent_id', ids: [agentId], logs });
  const telemetry = found.get(agentId);
  if (telemetry === undefined || telemetry.last_updated === null) return null;
  return { agent_id: agentId, team_id: teamId, ...telemetry };
}
