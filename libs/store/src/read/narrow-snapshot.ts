import type { AgentTelemetry } from '@telltale/contracts/http/agent-telemetry';
import type { LiveEvent, LiveSnapshot } from '@telltale/contracts/live';
import type { Db } from '../database.ts';
import { storeTrouble } from '../store-trouble.ts';
import type { LogLevel } from './list-logs.ts';
import { findSubAgents } from './sub-agents.ts';
import { readEach, readLists, toLists, type FoundRecords, type Lists, type ListsQuestion } from './target-lists.ts';

/** What the lists of a snapshot are narrowed to; latest values and sums are always the target's own. */
export type SnapshotFilter = {
  events?: readonly LiveEvent[] | undefined;
  /** Of lines: this level and above. */
  minLevel?: LogLevel | undefined;
  taskId?: string | undefined;
  /** A piece of a line, or of what a git activity says. */
  q?: string | undefined;
};
/** Whose records: those of a team without an id; `agentIds`: of each of these by itself. */
export type SnapshotIds = {
  teamId: string;
  agentId?: string;
  sessionId?: string;
  runId?: string;
  agentIds?: readonly string[] | null;
};

const most = { one: { lines: 50, git: 10 }, ofTeam: { lines: 200, git: 100 }, ofEach: { lines: 10, git: 10 } } as const;

/** What neither a session, a run nor a task narrows is searched as far back as this. */
const searchedMs = 24 * 3_600_000;
/** Who subscribes waits for its snapshot: after so long it holds what was found. */
const patienceMs = 3_000;

const wants = ({ events }: SnapshotFilter, event: LiveEvent): boolean => events === undefined || events.includes(event);

/** The newest that passes of what is asked; nothing where finding it takes too long. */
function createSearch(db: Db, filter: SnapshotFilter, now: number) {
  const { taskId, q, minLevel } = filter;
  const started = performance.now();
  let isOver = false;
  return async (whose: Partial<ListsQuestion> & { teamId: string }, limits: { lines: number; git: number }) => {
    const none: FoundRecords = { lines: [], git: [] };
    if (isOver) return none;
    const isNarrow = (whose.sessionId ?? whose.runId ?? taskId) !== undefined;
    const from = isNarrow ? undefined : new Date(now - searchedMs).toISOString();
    const lines = wants(filter, 'log_entry') ? limits.lines : 0;
    const git = wants(filter, 'git_activity') ? limits.git : 0;
    const leftMs = Math.max(0, patienceMs - (performance.now() - started));
    try {
      return await readLists(db, { ...whose, taskId, q, minLevel, from, lines, git, patienceMs: leftMs });
    } catch (error) {
      if (storeTrouble(error) !== 'timeout') throw error;
      isOver = true;
      return none;
    }
  };
}

/** The lists of each agent of a team's snapshot. */
async function listsOfAgents(
  search: ReturnType<typeof createSearch>,
  db: Db,
  { teamId, agentIds }: SnapshotIds,
): Promise<(agentId: string) => Lists> {
  if (agentIds !== undefined && agentIds !== null) {
    const subAgents = await findSubAgents(db, teamId, agentIds);
    const found = await readEach(agentIds, (agentId) =>
      search({ teamId, ...(subAgents.get(agentId)?.whose ?? { agentId }) }, most.ofEach),
    );
    return (agentId) => toLists(found.get(agentId) ?? { lines: [], git: [] });
  }
  const found = await search({ teamId }, most.ofTeam);
  return (agentId) =>
    toLists({
      lines: found.lines.filter(({ agent_id }) => agent_id === agentId).slice(0, most.ofEach.lines),
      git: found.git.filter(({ agent_id }) => agent_id === agentId).slice(0, most.ofEach.git),
    });
}

/** The same snapshot with only what its subscription wants to hear in its lists. */
export async function narrowSnapshot(
  db: Db,
  ids: SnapshotIds,
  snapshot: LiveSnapshot,
  { filter, now }: { filter: SnapshotFilter; now: number },
): Promise<LiveSnapshot> {
  const metrics = (of: Pick<AgentTelemetry, 'process_metrics'>) =>
    wants(filter, 'metrics_update') ? of.process_metrics : null;
  const isByContent = filter.minLevel !== undefined || filter.taskId !== undefined || filter.q !== undefined;
  const kept = (of: Lists): Lists => ({
    activity_logs: wants(filter, 'log_entry') ? of.activity_logs : [],
    git_activities: wants(filter, 'git_activity') ? of.git_activities : [],
  });
  const search = createSearch(db, filter, now);
  if ('agents' in snapshot) {
    const lists = isByContent ? await listsOfAgents(search, db, ids) : null;
    const agents = snapshot.agents.map((agent) => ({
      ...agent,
      ...(lists === null ? kept(agent) : lists(agent.agent_id)),
      process_metrics: metrics(agent),
    }));
    return { ...snapshot, agents };
  }
  if (!isByContent) return { ...snapshot, ...kept(snapshot), process_metrics: metrics(snapshot) };
  const { agentIds: _, agentId, ...rest } = ids;
  const subAgent = agentId === undefined ? undefined : (await findSubAgents(db, ids.teamId, [agentId])).get(agentId);
  const found = await search({ ...rest, ...(subAgent?.whose ?? { agentId }) }, most.one);
  return { ...snapshot, ...toLists(found), process_metrics: metrics(snapshot) };
}
