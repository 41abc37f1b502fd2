import { rootsOf } from '@telltale/agent-runner/run/roots-of';
import type { Context } from '../context.ts';
import { findKeeper, teamOfRunner } from '../runners/runner-folder.ts';

/** What a run left on purpose is watched by the keeper of this host from then on, each root of it as a run of its own. */
export async function watchOrphans(
  { pids, agent, runId, team }: { pids: readonly number[]; agent: string; runId: string; team: string | undefined },
  context: Context,
): Promise<void> {
  if (pids.length === 0) return;
  try {
    const keeper = findKeeper({}, context.env);
    const identity = { agent_id: agent, parent_run_id: runId };
    const team_id = team ?? teamOfRunner({}, context.env);
    for (const pid of rootsOf(pids)) {
      const { run_id } = await keeper.attach({ team_id, pid, identity, enforce: false });
      context.say(`process ${pid} goes on and is watched as run ${run_id}`);
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const who = pids.length === 1 ? `process ${pids[0]} goes on` : `${pids.length} processes go on`;
    context.say(`${who} and nobody watches: ${why}`);
  }
}
