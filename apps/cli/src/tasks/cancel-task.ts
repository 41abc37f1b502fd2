import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { openApiOfTeam } from '../known-team.ts';
import { awaitTasks } from './await-tasks.ts';

/** The ladder, and the way of its last word. */
const longestMs = 30_000;

/** `telltale tasks cancel`: resolves when the task has ended. */
export async function cancelTask(id: string, flags: ClientFlags, context: Context): Promise<void> {
  const api = await openApiOfTeam(flags, context);
  const asked = await api.cancelTask(id);
  const [task = asked] = await awaitTasks(api, [id], () => undefined, longestMs);
  if (flags.json === true) context.out(`${JSON.stringify(task)}\n`);
  const ended = task.ended_at !== null;
  if (flags.json !== true && flags.quiet !== true) {
    context.say(ended ? `task ${id}: ${task.status}` : `task ${id}: asked to end; its runner has not answered yet`);
  }
  if (!ended) context.exitCode = 1;
}
