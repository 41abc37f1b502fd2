import type { Clock } from '@telltale/runtime/clock';
import type { CallQuestion, MetricsQuestion } from '@telltale/store/read';
import { boundsOf, spanOf, type PeriodQuery } from '../http/period.ts';

type Filters = {
  agent_id?: string | undefined;
  session_id?: string | undefined;
  task_id?: string | undefined;
  run_id?: string | undefined;
  model?: string | undefined;
  user_id?: string | undefined;
  project?: string | undefined;
  host?: string | undefined;
};

/** What a query asks of the rollups. */
export function metricsQuestion(team: string, query: PeriodQuery & Filters, clock: Clock): MetricsQuestion {
  const { agent_id, session_id, task_id, run_id, model, user_id, project, host } = query;
  const now = clock.now();
  const filter = { agent_id, session_id, task_id, run_id, model, user_id, project, host };
  return { teamId: team, span: spanOf(query, now), now, filter };
}

/** What a query asks of the calls themselves. */
export function callQuestion(
  team: string,
  query: PeriodQuery & Filters & { limit: number },
  clock: Clock,
): CallQuestion {
  const { agent_id: agentId, session_id: sessionId, task_id: taskId, run_id: runId, limit } = query;
  return { teamId: team, agentId, sessionId, taskId, runId, limit, ...boundsOf(query, clock.now()) };
}
