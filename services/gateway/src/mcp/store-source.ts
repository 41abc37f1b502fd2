import { TelltaleError } from '@telltale/contracts/errors';
import { summaryQuery } from '@telltale/contracts/http/metrics';
import { costsQuery, errorsQuery, slowQuery, statsQuery, toolsQuery } from '@telltale/contracts/http/metrics-detail';
import { runsQuery } from '@telltale/contracts/http/runs';
import type { MetricsSource } from '@telltale/sdk/metrics-tool/metrics-source';
import {
  listErrors,
  listRuns,
  listSlow,
  readCallStats,
  readCosts,
  readErrorCounts,
  readRun,
  readSession,
  readSummary,
} from '@telltale/store/read';
import type { ReadDeps } from '../http/read-deps.ts';
import { boundsOf } from '../http/period.ts';
import { callQuestion, metricsQuestion } from '../metrics/metrics-question.ts';

const missing = (what: string): TelltaleError => new TelltaleError('not_found', `there is no such ${what}`);

/** The answers of the REST routes, for one team, without the way through HTTP. */
export function storeSource(deps: ReadDeps, team: string): MetricsSource {
  return {
    summary: async (query) => readSummary(deps.db, await metricsQuestion(deps, team, summaryQuery.parse(query))),
    async costs(query) {
      const parsed = costsQuery.parse(query);
      const { group_by: groupBy, time_zone: timeZone } = parsed;
      return readCosts(deps.db, { ...(await metricsQuestion(deps, team, parsed)), groupBy, timeZone });
    },
    async tools(query) {
      const parsed = toolsQuery.parse(query);
      const { limit, offset } = parsed;
      const { rows, ...rest } = await readCallStats(deps.db, 'tool', {
        ...(await metricsQuestion(deps, team, parsed)),
        limit,
        offset,
      });
      return { ...rest, tools: rows, limit, offset };
    },
    async tool(name, query) {
      const question = await metricsQuestion(deps, team, statsQuery.parse(query));
      const { rows } = await readCallStats(deps.db, 'tool', {
        ...question,
        filter: { ...question.filter, tool: name },
      });
      const [tool] = rows;
      if (tool === undefined) throw new TelltaleError('not_found', 'no call of such a tool in this period');
      return tool;
    },
    async session(sessionId) {
      const found = await readSession(deps.db, { teamId: team, sessionId });
      if (found === null) throw missing('session');
      return found;
    },
    async slow(query) {
      const parsed = slowQuery.parse(query);
      return {
        slow_operations: await listSlow(deps.db, {
          ...(await callQuestion(deps, team, parsed)),
          thresholdMs: parsed.threshold_ms,
        }),
      };
    },
    async errors(query) {
      const parsed = errorsQuery.parse(query);
      const question = await metricsQuestion(deps, team, parsed);
      const [recent_errors, counts] = await Promise.all([
        callQuestion(deps, team, parsed).then((asked) => listErrors(deps.db, asked)),
        readErrorCounts(deps.db, question),
      ]);
      return { recent_errors, ...counts };
    },
    async run(runId) {
      const found = await readRun(deps.db, { teamId: team, runId }, deps.clock.now());
      if (found === null) throw missing('run');
      return found;
    },
    async runs(query) {
      const parsed = runsQuery.parse(query);
      const { agent_id: agentId, session_id: sessionId, task_id: taskId, status, limit, offset } = parsed;
      const now = deps.clock.now();
      const page = {
        teamId: team,
        agentId,
        sessionId,
        taskId,
        status,
        ...boundsOf(parsed, now),
        after: null,
        limit,
        offset,
      };
      const { runs } = await listRuns(deps.db, page, now);
      return { runs, limit, offset };
    },
  };
}
