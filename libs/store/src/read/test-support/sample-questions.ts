import { accountsOf } from '@telltale/contracts/budgets/budget-account';
import type { BudgetRule } from '@telltale/contracts/budgets/budget-rule';
import type { Db } from '../../database.ts';
import { readAccountTotals } from '../budgets/read-account-totals.ts';
import { readRolledUp } from '../budgets/read-holders.ts';
import { topSpenders } from '../budgets/top-spenders.ts';
import { listAgents } from '../list-agents.ts';
import { listCalls } from '../list-calls.ts';
import { listErrors } from '../list-errors.ts';
import { listGit } from '../list-git.ts';
import { listLogs } from '../list-logs.ts';
import { listRuns, readRun } from '../list-runs.ts';
import { listSamples } from '../list-samples.ts';
import { listSessions, readSession } from '../list-sessions.ts';
import { listSlow } from '../list-slow.ts';
import { listTasks } from '../list-tasks.ts';
import { rankSums } from '../rank-sums.ts';
import { readAgentTelemetry } from '../read-agent-telemetry.ts';
import { readCallStats } from '../read-call-stats.ts';
import { readCosts } from '../read-costs.ts';
import { readEndpoints } from '../read-endpoints.ts';
import { readErrorCounts } from '../read-error-counts.ts';
import { readLiveSnapshot } from '../read-live-snapshot.ts';
import { readMemoryStats } from '../read-memory-stats.ts';
import { readModels } from '../read-models.ts';
import { readSummary } from '../read-summary.ts';
import { readTask } from '../read-task.ts';
import { readTimeseries } from '../read-timeseries.ts';

const now = Date.parse('2026-06-15T12:34:56.000Z');
const teamId = 'red';
/** Everything a question may be about. */
export const known = { agentId: 'agent-1', sessionId: 'session-1', taskId: 'task-1', runId: 'run-1' } as const;
/** A day of an agent in a time zone, a task for ever, and each run of the team. */
const budget = { name: null, subject_id: null, measure: 'usd', limit_units: 1, kind: 'hard', warn_at: 0.8 } as const;
const others = { on_unknown: 'warn', on_unreachable: 'allow' } as const;
const budgets: BudgetRule[] = [
  { ...budget, ...others, budget_id: 'b-1', subject: 'agent', period: 'day' },
  { ...budget, ...others, budget_id: 'b-2', subject: 'task', period: 'total' },
  { ...budget, ...others, budget_id: 'b-3', subject: 'team', period: 'run' },
];
const budgetAccounts = accountsOf(
  budgets,
  { agent_id: known.agentId, task_id: known.taskId, run_id: known.runId },
  { timeZone: 'Asia/Kathmandu', at: now },
);
/** When it happened: inside the week that the questions ask about. */
export const happenedAt = '2026-06-14T10:00:00.000Z';

const week = { teamId, span: { from: now - 7 * 86_400_000, to: now }, now, filter: {} };
const ever = { ...week, span: { from: null, to: now } };
const page = { teamId, limit: 20, offset: 0, after: null };
const records = { ...page, order: 'desc', from: '2026-06-08T12:34:56.000Z' } as const;

/** One question or a few of each function of the read door, with parameters that never change; by file name. */
export const sampleQuestions: Readonly<Record<string, (db: Db) => Promise<unknown>>> = {
  'list-agents': (db) => listAgents(db, page, now),
  'list-calls': (db) => listCalls(db, { ...records, kind: 'llm_call' }),
  'list-calls-of-a-session': (db) => listCalls(db, { ...records, kind: 'tool_call', sessionId: known.sessionId }),
  'list-errors': (db) => listErrors(db, { teamId, from: records.from, limit: 10 }),
  'list-errors-of-a-session': (db) => listErrors(db, { teamId, sessionId: known.sessionId, limit: 10 }),
  'list-git': (db) => listGit(db, records),
  'list-logs': (db) => listLogs(db, records),
  'list-logs-of-a-run': (db) => listLogs(db, { ...records, runId: known.runId, minLevel: 'warning' }),
  'list-runs': (db) => listRuns(db, page, now),
  'list-samples-of-a-run': (db) => listSamples(db, { ...records, runId: known.runId }),
  'list-sessions': (db) => listSessions(db, { ...page, ...week }),
  'list-sessions-of-a-project': (db) => listSessions(db, { ...page, ...week, filter: { project: 'project-1' } }),
  'list-sessions-of-an-agent': (db) => listSessions(db, { ...page, ...week, filter: { agent_id: known.agentId } }),
  'list-slow': (db) => listSlow(db, { teamId, from: records.from, limit: 10, thresholdMs: 5_000 }),
  'list-slow-of-a-model': (db) => listSlow(db, { teamId, model: 'large', limit: 10, thresholdMs: 5_000 }),
  'list-slow-of-a-run': (db) => listSlow(db, { teamId, runId: known.runId, limit: 10, thresholdMs: 5_000 }),
  'list-tasks': (db) => listTasks(db, { ...page, newestFirst: true }),
  'list-tasks-of-a-crew': (db) => listTasks(db, { ...page, crewId: 'crew-1', status: 'FAILED', newestFirst: true }),
  'rank-agents': (db) => rankSums(db, { ...week, by: 'agent_id', limit: 20, offset: 0 }),
  'rank-tasks-of-all-time': (db) => rankSums(db, { ...ever, by: 'task_id', limit: 20, offset: 0 }),
  'rank-tasks': (db) => rankSums(db, { ...week, by: 'task_id', limit: 20, offset: 0 }),
  'read-agent-telemetry': (db) => readAgentTelemetry(db, { teamId, agentId: known.agentId, logs: 50 }),
  'read-budget-rolled-up-calls': (db) => readRolledUp(db, teamId, ['0199aa00-0000-7000-8000-000000000001']),
  'read-budget-spenders': (db) =>
    topSpenders(db, { teamId, by: 'session_id', filter: {}, from: now - 3_600_000, now, limit: 5 }),
  'read-budget-totals': (db) => readAccountTotals(db, { teamId, accounts: budgetAccounts, now }),
  'read-costs-by-day': (db) => readCosts(db, { ...week, groupBy: 'day', timeZone: 'Asia/Kathmandu' }),
  'read-costs-by-day-of-an-agent': (db) =>
    readCosts(db, { ...week, filter: { agent_id: known.agentId }, groupBy: 'day', timeZone: 'Asia/Kathmandu' }),
  'read-costs-by-model': (db) => readCosts(db, { ...week, groupBy: 'model', timeZone: 'UTC' }),
  'read-costs-by-session': (db) => readCosts(db, { ...week, groupBy: 'session', timeZone: 'UTC' }),
  'read-costs-by-session-of-a-model': (db) =>
    readCosts(db, { ...week, filter: { model: 'large' }, groupBy: 'session', timeZone: 'UTC' }),
  'read-costs-by-session-of-a-model-of-all-time': (db) =>
    readCosts(db, { ...ever, filter: { model: 'large' }, groupBy: 'session', timeZone: 'UTC' }),
  'read-costs-by-session-of-all-time': (db) => readCosts(db, { ...ever, groupBy: 'session', timeZone: 'UTC' }),
  'read-endpoints': async (db) =>
    (await readEndpoints(db, { teamId: '*', agentId: 'gateway', span: week.span, now })).endpoints,
  'read-error-counts': (db) => readErrorCounts(db, week),
  'read-live-snapshot': (db) => readLiveSnapshot(db, { teamId, agentIds: null }, { now }),
  'read-memory-stats': (db) => readMemoryStats(db, { teamId, agentId: known.agentId }),
  'read-models': (db) => readModels(db, week),
  'read-models-of-a-user': (db) => readModels(db, { ...week, filter: { user_id: 'user-1' } }),
  'read-run': (db) => readRun(db, { teamId, runId: known.runId }, now),
  'read-services': (db) => readCallStats(db, 'service', week),
  'read-session': (db) => readSession(db, { teamId, sessionId: known.sessionId, span: { from: null, to: now }, now }),
  'read-summary': (db) => readSummary(db, week),
  'read-summary-of-all-time': (db) => readSummary(db, ever),
  'read-summary-of-a-project': (db) => readSummary(db, { ...week, filter: { project: 'project-1' } }),
  'read-summary-of-a-label': (db) => readSummary(db, { ...week, filter: { labels: { lane: 'a' } } }),
  'read-summary-of-an-agent': (db) => readSummary(db, { ...week, filter: { agent_id: known.agentId } }),
  'read-task': (db) => readTask(db, { teamId, taskId: known.taskId }, now),
  'read-timeseries': (db) =>
    readTimeseries(db, { ...week, metric: 'cost_usd', bucket: 'day', timeZone: 'Asia/Kathmandu' }),
  'read-tools': (db) => readCallStats(db, 'tool', week),
};
