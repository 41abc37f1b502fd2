import type { PeriodName } from '@telltale/contracts/http/query';
import type { ClientFlags } from '../commands/client-flags.ts';
import type { FilterFlags, PageFlags, PeriodFlags } from '../commands/query-flags.ts';
import type { Context } from '../context.ts';
import { showTask, showTasks } from '../views/show-tasks.ts';
import { ask, askList } from './ask.ts';
import { periodInWords } from './metrics-query.ts';

export type TasksFlags = PeriodFlags &
  PageFlags &
  FilterFlags & { crew?: string; status?: 'PENDING' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED' };

const hour = 3_600_000;
const lengths: Record<Exclude<PeriodName, 'all'>, number> = {
  hour,
  day: 24 * hour,
  week: 7 * 24 * hour,
  month: 30 * 24 * hour,
};

/** `telltale tasks list`. The gateway knows tasks by their start alone, so that a period becomes the start's bounds. */
export async function listTasks(flags: TasksFlags, context: Context): Promise<void> {
  const { period, from, to, limit, offset, cursor, agent, session, crew, status } = flags;
  const since = period === 'all' || to !== undefined ? undefined : new Date(Date.now() - lengths[period]).toISOString();
  const bounds = { start_date_from: from ?? since, start_date_to: to };
  const filters = { agent_id: agent, session_id: session, crew_id: crew, status };
  const list = {
    rows: (answer: { tasks: readonly unknown[] }) => answer.tasks,
    view: showTasks,
    none: `no tasks ${periodInWords(flags)}`,
  };
  await askList((api) => api.tasks({ ...bounds, ...filters, limit, offset, cursor }), list, flags, context);
}

/** `telltale tasks show` */
export async function showOneTask(id: string, flags: ClientFlags, context: Context): Promise<void> {
  await ask((api) => api.task(id), showTask, flags, context);
}
