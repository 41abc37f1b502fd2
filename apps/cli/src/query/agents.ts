import type { ClientFlags } from '../commands/client-flags.ts';
import type { PageFlags, PeriodFlags } from '../commands/query-flags.ts';
import type { Context } from '../context.ts';
import { refuseUnknownTeam } from '../known-team.ts';
import { openApi } from '../open-api.ts';
import { showAgent, showAgents, showAgentsOfPeriod } from '../views/show-agents.ts';
import { CliError } from '../failure.ts';
import { ask, askList } from './ask.ts';
import { periodInWords } from './metrics-query.ts';

type OwnPeriod = Partial<Pick<PeriodFlags, 'period' | 'from' | 'to'>>;
export type AgentFlags = ClientFlags & OwnPeriod & { logs?: number };
export type AgentsFlags = PageFlags &
  OwnPeriod & {
    host?: string;
    crew?: string;
    lifecycle?: 'started' | 'running' | 'stopped' | 'error';
  };

/** `telltale agents list --period week`: what each came to in it, most expensive first. */
async function listAgentsOfPeriod(flags: AgentsFlags, context: Context): Promise<void> {
  const { period = 'all', from, to, limit, offset, cursor, host, crew, lifecycle } = flags;
  if (crew !== undefined || lifecycle !== undefined) {
    throw new CliError('--crew and --lifecycle are of what agents are now; leave them out, or the period', {
      exitCode: 2,
    });
  }
  const list = {
    rows: (answer: { agents: readonly unknown[] }) => answer.agents,
    view: showAgentsOfPeriod,
    none: `no agents ${periodInWords({ ...flags, period })}`,
  };
  await askList((api) => api.agentMetrics({ period, from, to, limit, offset, cursor, host }), list, flags, context);
}

const namesPeriod = ({ period, from, to }: OwnPeriod): boolean =>
  [period, from, to].some((value) => value !== undefined);

/** `telltale agents list` */
export async function listAgents(flags: AgentsFlags, context: Context): Promise<void> {
  if (namesPeriod(flags)) return listAgentsOfPeriod(flags, context);
  const { limit, offset, cursor, host, crew, lifecycle } = flags;
  const list = {
    rows: (answer: { agents: readonly unknown[] }) => answer.agents,
    view: showAgents,
    none: 'no agents; watch one with telltale run --agent NAME -- COMMAND',
  };
  const query = { limit, offset, cursor, host, crew_id: crew, lifecycle };
  await askList((api) => api.agents(query), list, flags, context);
}

/** `telltale agents show ID --period week`: what it came to in it. */
async function showAgentOfPeriod(id: string, flags: AgentFlags, context: Context): Promise<void> {
  const { period = 'all', from, to, logs } = flags;
  if (logs !== undefined) {
    throw new CliError('--logs is of what an agent is doing now; leave it out, or the period', { exitCode: 2 });
  }
  const answer = await openApi(flags, context).agentMetrics({ period, from, to, agent_id: id });
  await refuseUnknownTeam(flags, context);
  const [row] = answer.agents;
  if (row === undefined) throw new CliError(`no agent ${id} ${periodInWords({ ...flags, period })}`);
  context.out(
    flags.json === true ? `${JSON.stringify(row)}\n` : showAgentsOfPeriod(answer, context.page(flags), Date.now()),
  );
}

/** `telltale agents show` */
export async function showOneAgent(id: string, flags: AgentFlags, context: Context): Promise<void> {
  if (namesPeriod(flags)) return showAgentOfPeriod(id, flags, context);
  const query = flags.logs === undefined ? {} : { logs: flags.logs };
  await ask((api) => api.agentTelemetry(id, query), showAgent, flags, context);
}
