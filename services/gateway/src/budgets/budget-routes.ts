import { accountsOf } from '@telltale/contracts/budgets/budget-account';
import { fromUnits } from '@telltale/contracts/budgets/budget-units';
import { TelltaleError } from '@telltale/contracts/errors';
import {
  budgetRow,
  budgetsAnswer,
  budgetsQuery,
  budgetStatusAnswer,
  budgetStatusQuery,
  setBudgetBody,
  type BudgetRow,
  type BudgetStatusAnswer,
} from '@telltale/contracts/http/budgets';
import { teamQuery } from '@telltale/contracts/http/query';
import { removeBudget, setBudget, type StoredBudget } from '@telltale/store/config';
import { readRun } from '@telltale/store/read';
import { z } from 'zod';
import { actorOf } from '../auth/actor.ts';
import { allow, allowForKnownTeam, documented } from '../http/operation.ts';
import { callerOf } from '../http/request-context.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { describeAccounts } from './account-figures.ts';
import type { BudgetKeeper } from './budget-keeper.ts';
import { presentAccounts } from './present-accounts.ts';
import type { RebaseDeps } from './rebase-team.ts';

export type BudgetDeps = RebaseDeps & { budgets: Pick<BudgetKeeper, 'rules' | 'sync' | 'changed'> };
type Logger = { warn: (fields: object, message: string) => void };

async function rowOf(deps: BudgetDeps, teamId: string, timeZone: string, stored: StoredBudget): Promise<BudgetRow> {
  const { rule, created_by, created_at } = stored;
  const { limit_units, ...fields } = rule;
  const accounts = await presentAccounts(deps.db, teamId, rule, { timeZone, now: deps.clock.now() });
  const shown = await describeAccounts(deps, teamId, accounts);
  return {
    ...fields,
    team_id: teamId,
    limit: fromUnits(limit_units, rule.measure),
    time_zone: timeZone,
    created_by,
    created_at: created_at.toISOString(),
    accounts: shown.toSorted((a, b) => b.used - a.used),
  };
}

/** What budgets hold a call of these now; a run stands for its agent, session and task. Also MCP's answer. */
export async function answerBudgetStatus(
  deps: BudgetDeps,
  teamId: string,
  query: Omit<z.output<typeof budgetStatusQuery>, 'team_id'>,
): Promise<BudgetStatusAnswer> {
  const { budgets, timeZone } = await deps.budgets.rules.read(teamId);
  const now = deps.clock.now();
  const run = query.run_id === undefined ? null : await readRun(deps.db, { teamId, runId: query.run_id }, now);
  const spender = {
    agent_id: query.agent_id ?? run?.agent_id,
    session_id: query.session_id ?? run?.session_id ?? undefined,
    task_id: query.task_id ?? run?.task_id ?? undefined,
    run_id: query.run_id,
  };
  const named = Object.fromEntries(Object.entries(spender).filter(([, id]) => id !== undefined));
  const when = { timeZone, at: deps.clock.now() };
  const accounts = accountsOf(
    budgets.map(({ rule }) => rule),
    named,
    when,
  );
  return { accounts: await describeAccounts(deps, teamId, accounts) };
}

/** What a team allows to be spent, for its `admin` keys, and how far that is, for its readers. */
export function budgetRoutes(app: ZodApp, deps: BudgetDeps): void {
  const { db, budgets } = deps;

  /** The change is stored: runners hear of it within a second even when Redis could not be told now. */
  const tell = async (teamId: string, log: Logger): Promise<void> =>
    budgets.changed(teamId).catch((error: unknown) => {
      log.warn({ err: error, team: teamId }, 'changed budgets could not be told at once; they will be in a moment');
    });

  app.get(
    '/api/v1/budgets',
    {
      config: allow('read', 'admin'),
      schema: { querystring: budgetsQuery, ...documented('Admin', 'List budgets', { 200: budgetsAnswer }) },
    },
    async (request) => {
      const { subject, subject_id: subjectId, limit, offset } = request.query;
      const { budgets: all, timeZone } = await budgets.rules.read(request.team);
      const wanted = all.filter(
        ({ rule }) =>
          (subject === undefined || rule.subject === subject) &&
          (subjectId === undefined || rule.subject_id === subjectId),
      );
      const page = wanted.slice(offset, offset + limit);
      const rows = await Promise.all(page.map((stored) => rowOf(deps, request.team, timeZone, stored)));
      return { budgets: rows, total: wanted.length, limit, offset };
    },
  );

  app.get(
    '/api/v1/budgets/status',
    {
      config: allow('read', 'admin'),
      schema: {
        querystring: budgetStatusQuery,
        ...documented('Admin', 'What is left of the budgets that a call would count in', { 200: budgetStatusAnswer }),
      },
    },
    async (request) => {
      const { team_id: _, ...query } = request.query;
      return answerBudgetStatus(deps, request.team, query);
    },
  );

  app.post(
    '/api/v1/budgets',
    {
      config: allowForKnownTeam('admin'),
      schema: {
        querystring: z.strictObject(teamQuery),
        body: setBudgetBody,
        ...documented('Admin', 'Set a budget', { 201: budgetRow }),
      },
    },
    async (request, reply) => {
      const teamId = request.team;
      const made = await setBudget(db, { teamId, wish: request.body, actor: actorOf(callerOf(request)) });
      await tell(teamId, request.log);
      const { timeZone } = await budgets.rules.read(teamId);
      return reply.code(201).send(await rowOf(deps, teamId, timeZone, made));
    },
  );

  app.delete(
    '/api/v1/budgets/:budget_id',
    {
      config: allow('admin'),
      schema: {
        params: z.object({ budget_id: z.uuid() }),
        querystring: z.strictObject(teamQuery),
        ...documented('Admin', 'Remove a budget', { 204: z.void().describe('Removed') }),
      },
    },
    async (request, reply) => {
      const teamId = request.team;
      const { budget_id: budgetId } = request.params;
      const found = await removeBudget(db, { teamId, budgetId, actor: actorOf(callerOf(request)) });
      if (!found) throw new TelltaleError('not_found', 'there is no such budget');
      await tell(teamId, request.log);
      return reply.code(204).send();
    },
  );
}
