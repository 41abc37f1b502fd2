import { TelltaleError } from '@telltale/contracts/errors';
import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { CliError } from '../failure.ts';
import { openApiOfTeam } from '../known-team.ts';
import { confirm } from '../runs/confirm.ts';
import { awaitTasks } from './await-tasks.ts';
import { readInputs, type InputFlags } from './read-inputs.ts';

/** The ladder, and the way of its last word. */
const longestMs = 30_000;

export type StartFlags = ClientFlags & InputFlags & { repo?: string };
export type StopTeamFlags = ClientFlags & { yes?: boolean };

/** `telltale start --team`: a task for every crew of the team that has what it needs; the others are named. */
export async function startTeam(flags: StartFlags, context: Context): Promise<void> {
  const api = await openApiOfTeam(flags, context);
  const given = readInputs(flags);
  const { crews } = await api.crews();
  if (crews.length === 0) throw new CliError('no runner has announced a crew of this team');
  const tasks = [];
  for (const { crew_id, inputs: rules } of crews) {
    // Each crew gets what it takes of what was given.
    const inputs = rules === null ? given : Object.fromEntries(Object.entries(given).filter(([name]) => name in rules));
    try {
      tasks.push(await api.createTask({ crew_id, inputs, repo_url: flags.repo }));
    } catch (error) {
      if (!(error instanceof TelltaleError) || error.code !== 'invalid_request') throw error;
      context.say(`${crew_id} was not started: ${error.message}`);
    }
  }
  if (tasks.length === 0) context.exitCode = 1;
  if (flags.json === true) context.out(`${JSON.stringify({ tasks })}\n`);
  else for (const { task_id, crew_id } of tasks) context.out(`${task_id} ${crew_id}\n`);
}

/** `telltale stop --team`: ends all tasks of the team that have not ended, and says how many are left until none is. */
export async function stopTeam(flags: StopTeamFlags, context: Context): Promise<void> {
  const api = await openApiOfTeam(flags, context);
  const team = flags.team ?? 'the team';
  if (flags.yes !== true) await confirm(`type ${team} to cancel all of its tasks: `, team);
  const { task_ids } = await api.cancelTasks({ all: true });
  const say = (left: number): void => {
    if (flags.quiet !== true && flags.json !== true) context.say(`${left} left`);
  };
  const tasks = await awaitTasks(api, task_ids, say, longestMs);
  const left = tasks.filter(({ ended_at }) => ended_at === null).map(({ task_id }) => task_id);
  if (flags.json === true) context.out(`${JSON.stringify({ task_ids, left })}\n`);
  else if (flags.quiet !== true) {
    const done = task_ids.length === 0 ? 'nothing was to be done' : `${task_ids.length - left.length} tasks ended`;
    context.say(left.length === 0 ? done : `${done}; ${left.length} did not in time: their runners must be reachable`);
  }
  if (left.length > 0) context.exitCode = 1;
}
