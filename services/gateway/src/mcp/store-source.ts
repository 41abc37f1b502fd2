import { sessionRow, summaryAnswer, summaryQuery } from '@telltale/contracts/http/metrics';
import {
  callStats,
  costsAnswer,
  costsQuery,
  errorsAnswer,
  errorsQuery,
  slowAnswer,
  slowQuery,
  statsQuery,
  toolsAnswer,
  toolsQuery,
} from '@telltale/contracts/http/metrics-detail';
import { budgetStatusQuery } from '@telltale/contracts/http/budgets';
import { runEventsQuery } from '@telltale/contracts/http/records';
import { runsQuery } from '@telltale/contracts/http/runs';
import type { MetricsSource } from '@telltale/sdk/metrics-tool/metrics-source';
import { answerBudgetStatus, type BudgetDeps } from '../budgets/budget-routes.ts';
import type { ReadDeps } from '../http/read-deps.ts';
import { answerCosts } from '../metrics/get-costs.ts';
import { answerErrors } from '../metrics/get-errors.ts';
import { answerSession } from '../metrics/get-session.ts';
import { answerSlow } from '../metrics/get-slow.ts';
import { answerSummary } from '../metrics/get-summary.ts';
import { answerTool, answerTools } from '../metrics/get-tools.ts';
import { answerRunEvents } from '../records/get-run-events.ts';
import { answerRun } from '../runs/get-run.ts';
import { answerRuns } from '../runs/get-runs.ts';

/** The answers of the REST routes, for one team, without the way through HTTP; what their schemas do not name stays out here too. */
export const storeSource = (deps: ReadDeps & BudgetDeps, team: string): MetricsSource => ({
  summary: async (query) => summaryAnswer.parse(await answerSummary(deps, team, summaryQuery.parse(query ?? {}))),
  costs: async (query) => costsAnswer.parse(await answerCosts(deps, team, costsQuery.parse(query ?? {}))),
  tools: async (query) => toolsAnswer.parse(await answerTools(deps, team, toolsQuery.parse(query ?? {}))),
  tool: async (tool, query) => callStats.parse(await answerTool(deps, team, tool, statsQuery.parse(query ?? {}))),
  session: async (sessionId) => sessionRow.parse(await answerSession(deps, team, sessionId)),
  slow: async (query) => slowAnswer.parse(await answerSlow(deps, team, slowQuery.parse(query ?? {}))),
  errors: async (query) => errorsAnswer.parse(await answerErrors(deps, team, errorsQuery.parse(query ?? {}))),
  budgetStatus: (query) => answerBudgetStatus(deps, team, budgetStatusQuery.parse(query ?? {})),
  run: (runId) => answerRun(deps, team, runId),
  runEvents: (query) => answerRunEvents(deps, team, runEventsQuery.parse(query ?? {})),
  runs: (query) => answerRuns(deps, team, runsQuery.parse(query ?? {})),
});
