import type { ClientFlags } from '../commands/client-flags.ts';
import type { PageFlags } from '../commands/query-flags.ts';
import type { Context } from '../context.ts';
import { showAgent, showAgents } from '../views/show-agents.ts';
import { ask, askList } from './ask.ts';

export type AgentsFlags = PageFlags & {
  host?: string;
  crew?: string;
  lifecycle?: 'started' | 'running' | 'stopped' | 'error';
};

/** `telltale agents list` */
export async function listAgents(flags: AgentsFlags, context: Context): Promise<void> {
  const { limit, cursor, host, crew, lifecycle } = flags;
  const list = {
    rows: (answer: { agents: readonly unknown[] }) => answer.agents,
    view: showAgents,
    none: 'no agents; watch one with telltale run --agent NAME -- COMMAND',
  };
  const query = { limit, cursor, host, crew_id: crew, lifecycle };
  await askList((api) => api.agents(query), list, flags, context);
}

/** `telltale agents show` */
export async function showOneAgent(
  id: string,
  flags: ClientFlags & { logs?: number },
  context: Context,
): Promise<void> {
  const query = flags.logs === undefined ? {} : { logs: flags.logs };
  await ask((api) => api.agentTelemetry(id, query), showAgent, flags, context);
}
