import { filtersOf, type FilterFlags, type PageFlags, type PeriodFlags } from '../commands/query-flags.ts';
import type { Context } from '../context.ts';
import { showSession, showSessions } from '../views/show-sessions.ts';
import { ask, askList } from './ask.ts';
import { periodInWords } from './metrics-query.ts';

/** `telltale sessions list` */
export async function listSessions(flags: PeriodFlags & PageFlags & FilterFlags, context: Context): Promise<void> {
  const { period, from, to, limit, offset, cursor } = flags;
  const list = {
    rows: (answer: { sessions: readonly unknown[] }) => answer.sessions,
    view: showSessions,
    none: `no sessions ${periodInWords(flags)}`,
  };
  const query = { period, from, to, limit, offset, cursor, ...filtersOf(flags) };
  await askList((api) => api.sessions(query), list, flags, context);
}

/** `telltale sessions show` */
export async function showOneSession(id: string, flags: PeriodFlags, context: Context): Promise<void> {
  const { period, from, to } = flags;
  await ask((api) => api.session(id, { period, from, to }), showSession, flags, context);
}
