import type { IngestBody } from '@telltale/contracts/batch';
import { agentTelemetry } from '@telltale/contracts/http/agent-telemetry';
import { agentsAnswer, type agentsQuery } from '@telltale/contracts/http/agents';
import {
  deadLetterDetail,
  deadLettersAnswer,
  replayAnswer,
  type deadLettersQuery,
} from '@telltale/contracts/http/dead-letters';
import { deliveryAnswer, type deliveryQuery } from '@telltale/contracts/http/delivery';
import { endpointsAnswer, type endpointsQuery } from '@telltale/contracts/http/endpoints';
import { deepHealth, systemHealth } from '@telltale/contracts/http/health';
import { createdKey, keysAnswer, type CreateKeyBody, type keysQuery } from '@telltale/contracts/http/keys';
import { memoryStats } from '@telltale/contracts/http/memory-stats';
import {
  sessionRow,
  sessionsAnswer,
  summaryAnswer,
  type sessionsQuery,
  type summaryQuery,
} from '@telltale/contracts/http/metrics';
import {
  callStats,
  costsAnswer,
  errorsAnswer,
  modelsAnswer,
  rankedAgents,
  rankedTasks,
  servicesAnswer,
  slowAnswer,
  toolsAnswer,
  type costsQuery,
  type errorsQuery,
  type modelsQuery,
  type rankedQuery,
  type slowQuery,
  type statsQuery,
  type toolsQuery,
} from '@telltale/contracts/http/metrics-detail';
import {
  callsAnswer,
  gitAnswer,
  logsAnswer,
  samplesAnswer,
  type callsQuery,
  type gitQuery,
  runEventsAnswer,
  type runEventsQuery,
  type logsQuery,
  type samplesQuery,
} from '@telltale/contracts/http/records';
import { budgetSyncAnswer, type BudgetSyncBody } from '@telltale/contracts/http/budget-sync';
import {
  budgetRow,
  budgetsAnswer,
  budgetStatusAnswer,
  type budgetsQuery,
  type budgetStatusQuery,
  type SetBudgetBody,
} from '@telltale/contracts/http/budgets';
import {
  limitsAnswer,
  limitsRow,
  runTerms,
  type runTermsQuery,
  type SetLimitsBody,
} from '@telltale/contracts/http/run-terms';
import { repairJob, type repairBody } from '@telltale/contracts/http/repair';
import {
  pricesAnswer,
  repriceJob,
  setPricesAnswer,
  type pricesQuery,
  type repriceBody,
} from '@telltale/contracts/http/prices';
import {
  runCommandsAnswer,
  type RunAction,
  type RunnerPollBody,
  type stopRunsBody,
} from '@telltale/contracts/http/run-commands';
import {
  enrolledRunner,
  runnerInvitation,
  runnerRow,
  runnersAnswer,
  type EnrollRunnerBody,
  type InviteRunnerBody,
  type RunnerBeatBody,
  type runnersQuery,
} from '@telltale/contracts/http/runners';
import { runTokenAnswer } from '@telltale/contracts/http/run-token';
import { runRow, runsAnswer, type runsQuery } from '@telltale/contracts/http/runs';
import { taskDetail, tasksAnswer, type tasksQuery } from '@telltale/contracts/http/tasks';
import type { OverridesInput } from '@telltale/contracts/price-rows';
import { producerAnswer, type telemetryQuery } from '@telltale/contracts/http/telemetry';
import { teamSettings, type SetTeamBody } from '@telltale/contracts/http/team';
import { timeseriesAnswer, type timeseriesQuery } from '@telltale/contracts/http/timeseries';
import { ingestAnswer } from '@telltale/contracts/ingest-answer';
import { z } from 'zod';
import { createArtifactApi } from './artifact-api.ts';
import { segment, type RestClient } from './rest-client.ts';
import { createTaskApi } from './task-api.ts';

type QueryOf<S extends z.ZodType> = z.input<S>;

/** Every operation of the gateway but its probes, by name; answers have the contracts' shapes. */
export function createTelltaleApi(client: RestClient) {
  const { get, post } = client;
  return {
    ...createTaskApi(client),
    ...createArtifactApi(client),
    agents: (query: QueryOf<typeof agentsQuery> = {}) => get('/agents', agentsAnswer, query),
    agentTelemetry: (agentId: string, query: { logs?: number } = {}) =>
      get(`/agents/${segment(agentId)}/telemetry`, agentTelemetry, query),
    runs: (query: QueryOf<typeof runsQuery> = {}) => get('/runs', runsAnswer, query),
    run: (runId: string) => get(`/runs/${segment(runId)}`, runRow),
    /** What a program of the run may show at `/mcp`: it sees that run and nothing else. */
    runToken: (runId: string) => post(`/runs/${segment(runId)}/token`, runTokenAnswer, {}),
    /** Asks a run to stop, pause or go on; the process that owns it does so in a moment. */
    commandRun: (runId: string, action: RunAction) =>
      post(`/runs/${segment(runId)}/${segment(action)}`, runCommandsAnswer, {}),
    /** Asks the runs of an agent, or all of the team, to stop. */
    stopRuns: (body: QueryOf<typeof stopRunsBody>) => post('/runs/stop', runCommandsAnswer, body),
    /** For the process that owns runs: what is asked of them. */
    pollRunner: (body: RunnerPollBody) => post('/runners/poll', runCommandsAnswer, body),
    runners: (query: QueryOf<typeof runnersQuery> = {}) => get('/runners', runnersAnswer, query),
    /** A one-time token with which one host becomes a runner of the team. */
    inviteRunner: (body: InviteRunnerBody = {}) => post('/runners/tokens', runnerInvitation, body),
    /** Trades such a token for a key; needs none. */
    enrollRunner: (body: EnrollRunnerBody) => post('/runners/enroll', enrolledRunner, body),
    /** For a runner: that it lives, and what it does. */
    beatRunner: (runnerId: string, body: RunnerBeatBody) =>
      client.put(`/runners/${segment(runnerId)}`, runnerRow, body),
    revokeRunner: (runnerId: string) => client.delete(`/runners/${segment(runnerId)}`, z.undefined()),
    calls: (query: QueryOf<typeof callsQuery> = {}) => get('/calls', callsAnswer, query),
    logs: (query: QueryOf<typeof logsQuery> = {}) => get('/logs', logsAnswer, query),
    git: (query: QueryOf<typeof gitQuery> = {}) => get('/git', gitAnswer, query),
    runEvents: (query: QueryOf<typeof runEventsQuery> = {}) => get('/run-events', runEventsAnswer, query),
    samples: (query: QueryOf<typeof samplesQuery> = {}) => get('/samples', samplesAnswer, query),
    summary: (query: QueryOf<typeof summaryQuery> = {}) => get('/metrics/summary', summaryAnswer, query),
    sessions: (query: QueryOf<typeof sessionsQuery> = {}) => get('/metrics/sessions', sessionsAnswer, query),
    session: (sessionId: string, query: Pick<QueryOf<typeof summaryQuery>, 'period' | 'from' | 'to'> = {}) =>
      get(`/metrics/sessions/${segment(sessionId)}`, sessionRow, query),
    costs: (query: QueryOf<typeof costsQuery> = {}) => get('/metrics/costs', costsAnswer, query),
    models: (query: QueryOf<typeof modelsQuery> = {}) => get('/metrics/llm', modelsAnswer, query),
    tools: (query: QueryOf<typeof toolsQuery> = {}) => get('/metrics/tools', toolsAnswer, query),
    tool: (name: string, query: QueryOf<typeof statsQuery> = {}) =>
      get(`/metrics/tools/${segment(name)}`, callStats, query),
    services: (query: QueryOf<typeof statsQuery> = {}) => get('/metrics/services', servicesAnswer, query),
    /** One name may be both an LLM service and another one. */
    service: (name: string, query: QueryOf<typeof statsQuery> = {}) =>
      get(`/metrics/services/${segment(name)}`, servicesAnswer, query),
    /** One total over time. */
    timeseries: (query: QueryOf<typeof timeseriesQuery>) => get('/metrics/timeseries', timeseriesAnswer, query),
    agentMetrics: (query: QueryOf<typeof rankedQuery> = {}) => get('/metrics/agents', rankedAgents, query),
    taskMetrics: (query: QueryOf<typeof rankedQuery> = {}) => get('/metrics/tasks', rankedTasks, query),
    slow: (query: QueryOf<typeof slowQuery> = {}) => get('/metrics/slow', slowAnswer, query),
    errors: (query: QueryOf<typeof errorsQuery> = {}) => get('/metrics/errors', errorsAnswer, query),
    tasks: (query: QueryOf<typeof tasksQuery> = {}) => get('/monitoring/tasks', tasksAnswer, query),
    task: (taskId: string) => get(`/monitoring/tasks/${segment(taskId)}`, taskDetail),
    /** What an agent did with its memory. */
    memoryStats: (agentId: string) => get(`/monitoring/agents/${segment(agentId)}/memory/stats`, memoryStats),
    health: () => get('/monitoring/system/health', systemHealth),
    /** One real look at everything, and at what stands around the runs. */
    deepHealth: () => get('/health/deep', deepHealth),
    /** The books of producers, and how far delivery is behind. */
    delivery: (query: QueryOf<typeof deliveryQuery> = {}) => get('/monitoring/delivery', deliveryAnswer, query),
    /** How the gateways' routes fare. */
    endpoints: (query: QueryOf<typeof endpointsQuery> = {}) => get('/monitoring/endpoints', endpointsAnswer, query),
    deadLetters: (query: QueryOf<typeof deadLettersQuery> = {}) => get('/dead-letters', deadLettersAnswer, query),
    deadLetter: (id: string) => get(`/dead-letters/${segment(id)}`, deadLetterDetail),
    /** Publishes what the letter holds; the letter is gone once that is stored. */
    replayDeadLetter: (id: string) => post(`/dead-letters/${segment(id)}/replay`, replayAnswer, {}),
    dropDeadLetter: (id: string) => client.delete(`/dead-letters/${segment(id)}`, z.undefined()),
    /** Sends records; with `wait: 'stored'` the answer comes after the commit. */
    sendTelemetry: (body: IngestBody, query: QueryOf<typeof telemetryQuery> = {}) =>
      post('/telemetry', ingestAnswer, body, query),
    producer: (producerId: string) => get(`/telemetry/producers/${segment(producerId)}`, producerAnswer),
    keys: (query: QueryOf<typeof keysQuery> = {}) => get('/keys', keysAnswer, query),
    createKey: (body: CreateKeyBody) => post('/keys', createdKey, body),
    revokeKey: (keyId: string) => client.delete(`/keys/${segment(keyId)}`, z.undefined()),
    /** What a team has set about itself. */
    team: () => get('/team', teamSettings),
    /** Replaces the labels that totals can be filtered by. */
    setTeam: (body: SetTeamBody) => client.put('/team', teamSettings, body),
    budgets: (query: QueryOf<typeof budgetsQuery> = {}) => get('/budgets', budgetsAnswer, query),
    /** Sets a budget; one for the same thing, of the same kind, is replaced. */
    setBudget: (body: SetBudgetBody) => post('/budgets', budgetRow, body),
    removeBudget: (budgetId: string) => client.delete(`/budgets/${segment(budgetId)}`, z.undefined()),
    /** What is left of the budgets that a call of these would count in. */
    budgetStatus: (query: QueryOf<typeof budgetStatusQuery> = {}) => get('/budgets/status', budgetStatusAnswer, query),
    /** For the process that owns runs: what holds for one of them. */
    runTerms: (query: QueryOf<typeof runTermsQuery>) => get('/runners/terms', runTerms, query),
    /** For the process that owns runs: what one of them holds of its budgets, and what it needs. */
    syncBudgets: (body: BudgetSyncBody) => post('/runners/budgets', budgetSyncAnswer, body),
    /** Limits of runs that do not say their own. */
    limits: () => get('/limits', limitsAnswer),
    setLimits: (body: SetLimitsBody) => client.put('/limits', limitsRow, body),
    prices: (query: QueryOf<typeof pricesQuery> = {}) => get('/prices', pricesAnswer, query),
    /** `instance`: for every team, with the operator's key. */
    setPrices: (body: OverridesInput, whose: { instance?: boolean } = {}) =>
      post('/prices', setPricesAnswer, body, whose),
    removePrice: (priceId: string, whose: { instance?: boolean } = {}) =>
      client.delete(`/prices/${segment(priceId)}`, z.undefined(), whose),
    /** Begins to price stored calls anew; follow it with `repricing`. */
    reprice: (body: QueryOf<typeof repriceBody>) => post('/prices/reprice', repriceJob, body),
    repricing: (id: string) => get(`/prices/reprice/${segment(id)}`, repriceJob),
    /** Begins to make the rollups of a time anew; follow it with `repairing`. */
    repair: (body: QueryOf<typeof repairBody>) => post('/repair', repairJob, body),
    repairing: (id: string) => get(`/repair/${segment(id)}`, repairJob),
  };
}
export type TelltaleApi = ReturnType<typeof createTelltaleApi>;
