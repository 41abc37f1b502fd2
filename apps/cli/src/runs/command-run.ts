import type { RunAction, RunCommand } from '@telltale/contracts/http/run-commands';
import type { TelltaleApi } from '@telltale/sdk/rest/telltale-api';
import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { openApiOfTeam } from '../known-team.ts';
import { CliError } from '../failure.ts';
import { awaitEnds } from './await-ends.ts';
import { confirm, demandTerminal } from './confirm.ts';

export type StopFlags = ClientFlags & { agent?: string; all?: boolean; yes?: boolean };

/** Asks one run to pause or to go on. */
export async function commandRun(id: string, action: RunAction, flags: ClientFlags, context: Context): Promise<void> {
  const { commands } = await (await openApiOfTeam(flags, context)).commandRun(id, action);
  if (flags.json === true) context.out(`${JSON.stringify({ commands })}\n`);
  else if (commands.some(isWatched)) context.say(`run ${id}: ${onlyWatched}`);
  else if (flags.quiet !== true) context.say(`run ${id}: asked to ${action}`);
  if (commands.some(isWatched)) context.exitCode = 1;
}

const isWatched = (command: RunCommand): boolean => command.only_watched === true;
const onlyWatched =
  'somebody else started it and it is only watched: end it where it was started, or attach it with --enforce';

/** Stops one run, those of an agent, or all of a team (`--all`, or the team's name alone), and says how many are left until none is. */
export async function stopRuns(id: string | undefined, flags: StopFlags, context: Context): Promise<void> {
  const ways = [id, flags.agent, flags.all].filter((way) => way !== undefined).length;
  if (ways > 1 || (ways === 0 && flags.team === undefined))
    throw new CliError('name a run, or --agent <id>, or --team <team>, or --all', { exitCode: 2 });
  const api = await openApiOfTeam(flags, context);
  if (id === undefined && !(await demandConfirmation(api, flags))) {
    if (flags.json === true) context.out(`${JSON.stringify({ commands: [], left: [], only_watched: [] })}\n`);
    else if (flags.quiet !== true) context.say(describe(0, 0));
    return;
  }
  const { commands } =
    id !== undefined
      ? await api.commandRun(id, 'stop')
      : await api.stopRuns(flags.agent === undefined ? { all: true } : { agent_id: flags.agent });
  // What is only watched is never stopped, so nobody waits for its end.
  const watched = commands.filter(isWatched);
  const asked = commands.filter((command) => !isWatched(command));
  const left = await awaitEnds(
    api,
    asked.map(({ run_id }) => run_id),
    (count) => (flags.quiet === true || flags.json === true ? undefined : context.say(`${count} left`)),
  );
  if (flags.json === true)
    context.out(`${JSON.stringify({ commands, left, only_watched: watched.map(({ run_id }) => run_id) })}\n`);
  else if (flags.quiet !== true) {
    if (asked.length > 0 || watched.length === 0) context.say(describe(asked.length, left.length));
    for (const { run_id } of watched) context.say(`run ${run_id} goes on: ${onlyWatched}`);
  }
  if (left.length > 0 || (id !== undefined && watched.length > 0)) context.exitCode = 1;
}

const describe = (asked: number, left: number): string => {
  const runs = `${asked} ${asked === 1 ? 'run' : 'runs'}`;
  if (left === 0) return asked === 0 ? 'nothing was running' : `${runs} stopped`;
  return `${runs} asked to stop; ${left} did not end in time: the process that owns a run must be reachable`;
};

/** Many runs at once are stopped by somebody who typed how many there are, or said --yes; false where there are none. */
async function demandConfirmation(api: TelltaleApi, flags: StopFlags): Promise<boolean> {
  if (flags.yes === true) return true;
  const whose = flags.agent === undefined ? {} : { agent_id: flags.agent };
  let count = 0;
  for (let cursor: string | undefined; ;) {
    const more = cursor === undefined ? {} : { cursor };
    const { runs, next_cursor: next } = await api.runs({ status: 'running', limit: 100, ...whose, ...more });
    count += runs.length;
    if (next === undefined || runs.length === 0) break;
    cursor = next;
  }
  demandTerminal();
  if (count > 0) await confirm(`${count} running: type ${count} to stop them: `, String(count));
  return count > 0;
}
