import type { DeepHealth } from '@telltale/contracts/http/health';
import type { ReadDeps } from './http/read-deps.ts';
import type { ZodApp } from './http/zod-app.ts';
import { getAgentTelemetry } from './agents/get-agent-telemetry.ts';
import { getAgents } from './agents/get-agents.ts';
import { artifactRoutes } from './artifacts/artifact-routes.ts';
import type { Artifacts } from './artifacts/open-artifacts.ts';
import { budgetRoutes, type BudgetDeps } from './budgets/budget-routes.ts';
import { limitsRoutes } from './budgets/limits-routes.ts';
import { runnerBudgetRoutes } from './budgets/runner-routes.ts';
import { deadLetterRoutes, type DeadLetterDeps } from './dead-letters/dead-letter-routes.ts';
import { getDeepHealth } from './health/get-deep-health.ts';
import { getSystemHealth } from './health/get-system-health.ts';
import { keyRoutes } from './keys/key-routes.ts';
import { getCosts } from './metrics/get-costs.ts';
import { getErrors } from './metrics/get-errors.ts';
import { getModels } from './metrics/get-models.ts';
import { getRanked } from './metrics/get-ranked.ts';
import { getServices } from './metrics/get-services.ts';
import { getSlow } from './metrics/get-slow.ts';
import { getTools } from './metrics/get-tools.ts';
import { getSession } from './metrics/get-session.ts';
import { getSessions } from './metrics/get-sessions.ts';
import { getTimeseries } from './metrics/get-timeseries.ts';
import { getSummary } from './metrics/get-summary.ts';
import { getDelivery, type DeliveryDeps } from './monitoring/get-delivery.ts';
import { getMemoryStats } from './monitoring/get-memory-stats.ts';
import { getEndpoints } from './monitoring/get-endpoints.ts';
import { getTask } from './monitoring/get-task.ts';
import { getTasks } from './monitoring/get-tasks.ts';
import { priceRoutes } from './prices/price-routes.ts';
import { repriceRoutes, type RepriceDeps } from './prices/reprice-routes.ts';
import { repairRoutes, type RepairDeps } from './repair/repair-routes.ts';
import { mcpRoutes, type McpDeps } from './mcp/mcp-routes.ts';
import { otlpRoutes, type OtlpDeps } from './otlp/otlp-routes.ts';
import { servePage } from './page/assets.ts';
import { servePageStatus, type PageDeps } from './page/page-status.ts';
import { sessionRoutes, type SessionDeps } from './page/session-routes.ts';
import { probeRoutes } from './probes/probe-routes.ts';
import type { Check } from './probes/check.ts';
import { getCalls } from './records/get-calls.ts';
import { getGit } from './records/get-git.ts';
import { getLogs } from './records/get-logs.ts';
import { getRunEvents } from './records/get-run-events.ts';
import { getSamples } from './records/get-samples.ts';
import { runnerRoutes } from './runners/runner-routes.ts';
import { commandRoutes, type CommandDeps } from './runs/command-routes.ts';
import { getRun } from './runs/get-run.ts';
import { getRuns } from './runs/get-runs.ts';
import { crewRoutes } from './tasks/crew-routes.ts';
import { taskRoutes, type TaskDeps } from './tasks/task-routes.ts';
import { teamRoutes } from './team/team-routes.ts';
import { ledgerOf } from './telemetry/await-stored.ts';
import { getProducer, type ProducerDeps } from './telemetry/get-producer.ts';
import { postTelemetry, type TelemetryDeps } from './telemetry/post-telemetry.ts';

export type RouteDeps = Pick<TelemetryDeps, 'relay' | 'countUnknownFields'> &
  Pick<OtlpDeps, 'countOtlp'> &
  Pick<McpDeps, 'checkKey' | 'keyHolds'> &
  PageDeps &
  SessionDeps &
  Pick<RepriceDeps, 'wakeReprice'> &
  Pick<RepairDeps, 'wakeRepair'> &
  Pick<DeliveryDeps, 'lags' | 'readIntake'> &
  Pick<DeadLetterDeps, 'publishReplay'> &
  Pick<CommandDeps, 'commands'> &
  Pick<BudgetDeps, 'budgets' | 'redis'> &
  Pick<TaskDeps, 'desk' | 'wakeOutbox'> &
  Pick<ProducerDeps, 'entryExists'> &
  ReadDeps & {
    artifacts: Artifacts;
    readDeepHealth: (teamId: string) => Promise<DeepHealth>;
    keySecret: string;
    /** The built dashboard. */
    dashboardFolder: string;
    /** What every request needs, for `/readyz`. */
    needed: readonly Check[];
  };

/** Every route of the product, one line each. */
export async function declareRoutes(app: ZodApp, deps: RouteDeps): Promise<void> {
  const { db, clock, relay, countUnknownFields } = deps;
  probeRoutes(app, { needed: deps.needed, artifacts: deps.artifacts.check });
  await servePage(app, { folder: deps.dashboardFolder });
  servePageStatus(app, deps);
  sessionRoutes(app, deps);
  await postTelemetry(app, { relay, clock, countUnknownFields, ledger: ledgerOf(db) });
  await otlpRoutes(app, deps);
  mcpRoutes(app, deps);
  getProducer(app, deps);
  getAgents(app, deps);
  getAgentTelemetry(app, deps);
  getRuns(app, deps);
  getRun(app, deps);
  commandRoutes(app, deps);
  runnerRoutes(app, deps);
  getCalls(app, deps);
  getLogs(app, deps);
  getGit(app, deps);
  getSamples(app, deps);
  getRunEvents(app, deps);
  getSummary(app, deps);
  getSessions(app, deps);
  getSession(app, deps);
  getCosts(app, deps);
  getModels(app, deps);
  getTools(app, deps);
  getServices(app, deps);
  getRanked(app, deps);
  getTimeseries(app, deps);
  getSlow(app, deps);
  getErrors(app, deps);
  getTasks(app, deps);
  getTask(app, deps);
  await artifactRoutes(app, { db, relay, ...deps.artifacts });
  taskRoutes(app, deps);
  crewRoutes(app, deps);
  getMemoryStats(app, deps);
  getDelivery(app, deps);
  getEndpoints(app, deps);
  getSystemHealth(app, deps);
  getDeepHealth(app, deps);
  keyRoutes(app, deps);
  teamRoutes(app, deps);
  budgetRoutes(app, deps);
  runnerBudgetRoutes(app, deps);
  limitsRoutes(app, deps);
  deadLetterRoutes(app, deps);
  priceRoutes(app, deps);
  repriceRoutes(app, deps);
  repairRoutes(app, deps);
}
