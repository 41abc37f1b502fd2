import type { ClientFlags } from '../commands/client-flags.ts';
import type { FilterFlags, PageFlags, PeriodFlags } from '../commands/query-flags.ts';
import type { Context } from '../context.ts';
import { showRun, showRuns } from '../views/show-runs.ts';
import { ask, askList } from './ask.ts';
import { periodInWords } from './metrics-query.ts';

export type RunsFlags = PeriodFlags & PageFlags & FilterFlags & { status?: 'running' | 'ended' };

/** `telltale runs list` */
export async function listRuns(flags: RunsFlags, context: Context): Promise<void> {
  const { period, from, to, limit, offset, cursor, agent, session, task, status } = flags;
  const filters = { agent_id: agent, session_id: session, task_id: task, status };
  const list = {
    rows: (answer: { runs: readonly unknown[] }) => answer.runs,
    view: showRuns,
    none: `no runs ${periodInWords(flags)}`,
  };
  await askList((api) => api.runs({ period, from, to, limit, offset, cursor, ...filters }), list, flags, context);
}

/** `telltale runs show` */
export async function showOneRun(id: string, flags: ClientFlags, context: Context): Promise<void> {
  await ask((api) => api.run(id), showRun, flags, context);
}
