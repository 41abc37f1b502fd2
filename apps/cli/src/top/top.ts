import { render } from 'ink';
import { createElement } from 'react';
import type { TelltaleApi } from '@telltale/sdk/rest/telltale-api';
import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { CliError } from '../failure.ts';
import { findTarget } from '../instance/find-instance.ts';
import { openApi } from '../open-api.ts';
import { oneLine } from '../terminal/one-line.ts';
import { openFleet } from './open-fleet.ts';
import type { TopSort } from './sort-agents.ts';
import type { TopAgent } from './top-agent.ts';
import { TopScreen } from './top-screen.ts';

export type TopFlags = ClientFlags & { sort: TopSort };

/** Asks the agent's run to stop, or where that is not known yet all that runs for it, and says how much that was. */
async function stopAgent(api: TelltaleApi, { agent_id, runId }: TopAgent): Promise<string> {
  const { commands } = runId === null ? await api.stopRuns({ agent_id }) : await api.commandRun(runId, 'stop');
  const name = oneLine(agent_id);
  if (commands.length === 0) return `nothing of ${name} was running`;
  return `${commands.length} ${commands.length === 1 ? 'run' : 'runs'} of ${name} asked to stop`;
}

/** `telltale top`: the team live over the whole terminal, until `q` or Ctrl-C. */
export async function top(flags: TopFlags, context: Context): Promise<void> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new CliError('top needs a terminal; `telltale agents list` says once what it shows', { exitCode: 2 });
  }
  const api = openApi(flags, context);
  const { url, apiKey } = findTarget(flags, context.env);
  const { team_id: teamId } = await api.team();
  using fleet = openFleet({ api, url, apiKey, teamId });
  const screen = render(
    createElement(TopScreen, { fleet, teamId, sort: flags.sort, stop: (agent) => stopAgent(api, agent) }),
    { alternateScreen: true, interactive: true },
  );
  await screen.waitUntilExit();
}
