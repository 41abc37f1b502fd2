import { TelltaleError } from '@telltale/contracts/errors';
import {
  findSubAgent,
  periodOf,
  readLabelNames,
  type CallQuestion,
  type MetricsQuestion,
  type UsedPeriod,
} from '@telltale/store/read';
import { spanOf, type PeriodQuery } from '../http/period.ts';
import { labelParameter } from '../http/query-string.ts';
import type { ReadDeps } from '../http/read-deps.ts';

type Labels = Readonly<Record<string, string>>;
type Filters = {
  agent_id?: string | undefined;
  session_id?: string | undefined;
  task_id?: string | undefined;
  run_id?: string | undefined;
  model?: string | undefined;
  user_id?: string | undefined;
  project?: string | undefined;
  host?: string | undefined;
  labels?: Labels | undefined;
};

/** Labels that the team does not allow are in no rollup: a question by them is refused, not answered with nothing. */
async function demandAllowed({ db }: Pick<ReadDeps, 'db'>, team: string, labels: Labels): Promise<void> {
  const allowed = await readLabelNames(db, team);
  const unknown = Object.keys(labels).filter((name) => !allowed.includes(name));
  if (unknown.length === 0) return;
  const offered = allowed.length === 0 ? 'it allows none' : `it allows ${allowed.map(labelParameter).join(', ')}`;
  const detail = `is no label that this team filters by; ${offered} (PUT /api/v1/team)`;
  const errors = unknown.map((name) => ({ parameter: labelParameter(name), code: 'unsupported_filter', detail }));
  const first = errors.map(({ parameter }) => parameter).join(', ');
  throw new TelltaleError('unsupported_filter', `${first}: ${detail}`, { errors });
}

/** A sub-agent's records are its agent's, under a label: who asks about it by its id asks for those. */
async function whoseOf(
  { db }: Pick<ReadDeps, 'db'>,
  team: string,
  { agent_id: agentId, labels }: Filters,
): Promise<{ agentId: string | undefined; labels: Labels | undefined }> {
  const found = agentId === undefined ? null : await findSubAgent(db, team, agentId);
  if (found === null) return { agentId, labels };
  // Ruled out by another label it did nothing, which its own id says: no record is under that.
  const ruledOut = Object.entries(found.labels).some(([name, value]) => (labels?.[name] ?? value) !== value);
  return ruledOut ? { agentId, labels } : { agentId: found.agentId, labels: { ...labels, ...found.labels } };
}

/** What a query narrows to. */
async function filterOf({ db }: Pick<ReadDeps, 'db'>, team: string, query: Filters): Promise<Filters> {
  const { session_id, task_id, run_id, model, user_id, project, host } = query;
  if (query.labels !== undefined) await demandAllowed({ db }, team, query.labels);
  const { agentId: agent_id, labels } = await whoseOf({ db }, team, query);
  return { agent_id, session_id, task_id, run_id, model, user_id, project, host, labels };
}

/** What a query asks of the rollups. */
export async function metricsQuestion(
  { db, clock }: ReadDeps,
  team: string,
  query: PeriodQuery & Filters,
): Promise<MetricsQuestion> {
  const filter = await filterOf({ db }, team, query);
  const now = clock.now();
  return { teamId: team, span: spanOf(query, now), now, filter };
}

const timeOf = (ms: number): string => new Date(ms).toISOString();

/**
 * What a query asks of the calls themselves, in the same whole buckets as their counts. Where no end was asked for, the
 * newest have none.
 */
export async function callQuestion(
  { db, clock }: ReadDeps,
  team: string,
  query: PeriodQuery & Filters & { limit: number },
): Promise<{ asked: CallQuestion; period: UsedPeriod }> {
  const {
    agent_id: agentId,
    session_id: sessionId,
    task_id: taskId,
    run_id: runId,
    user_id: userId,
    ...others
  } = await filterOf({ db }, team, query);
  const now = clock.now();
  const { used, period } = periodOf({ span: spanOf(query, now), now });
  const from = used.from === null ? undefined : timeOf(used.from);
  const to = query.to === undefined ? undefined : timeOf(used.to);
  const filter = { agentId, sessionId, taskId, runId, userId, ...others };
  return { asked: { teamId: team, ...filter, limit: query.limit, from, to }, period };
}
