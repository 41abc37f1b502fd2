import { summaryQuery } from '@telltale/contracts/http/metrics';
import { costsQuery, errorsQuery, slowQuery, statsQuery, toolsQuery } from '@telltale/contracts/http/metrics-detail';
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

/** The answers of the REST routes, for one team, without the way through HTTP. */
export const storeSource = (deps: ReadDeps & BudgetDeps, team: string): MetricsSource => ({
  summary: (query) => answerSummary(deps, team, summaryQuery.parse(query ?? {})),
  costs: (query) => answerCosts(deps, team, costsQuery.parse(query ?? {})),
  tools: (query) => answerTools(deps, team, toolsQuery.parse(query ?? {})),
  tool: (tool, query) => answerTool(deps, team, tool, statsQuery.parse(query ?? {})),
  session: (sessionId) => answerSession(deps, team, sessionId),
  slow: (query) => answerSlow(deps, team, slowQuery.parse(query ?? {})),
  errors: (query) => answerErrors(deps, team, errorsQuery.parse(query ?? {})),
  budgetStatus: (query) => answerBudgetStatus(deps, team, budgetStatusQuery.parse(query ?? {})),
  run: (runId) => answerRun(deps, team, runId),
  runEvents: (query) => answerRunEvents(deps, team, runEventsQuery.parse(query ?? {})),
  runs: (query) => answerRuns(deps, team, runsQuery.parse(query ?? {})),
});
