import { accountsOf } from '@telltale/contracts/budgets/budget-account';
import { budgetSyncAnswer, budgetSyncBody } from '@telltale/contracts/http/budget-sync';
import { teamQuery } from '@telltale/contracts/http/query';
import { runTerms, runTermsQuery } from '@telltale/contracts/http/run-terms';
import { loadPrices, readRunLimits } from '@telltale/store/config';
import { readMostOutput } from '@telltale/store/read';
import { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import type { ZodApp } from '../http/zod-app.ts';
import type { BudgetDeps } from './budget-routes.ts';
import { rulesOf } from './team-rules.ts';

/** What a run is held to, and the door where its owner leases slices of the budgets that it spends. */
export function runnerBudgetRoutes(app: ZodApp, { db, clock, budgets }: BudgetDeps): void {
  app.get(
    '/api/v1/runners/terms',
    {
      config: allow('runner', 'ingest'),
      schema: {
        querystring: runTermsQuery,
        ...documented('Runs', 'What holds for a run: budgets, limits, prices', { 200: runTerms }),
      },
    },
    async ({ team, query }) => {
      const { team_id: _, ...spender } = query;
      const { rules, ...all } = rulesOf(await budgets.rules.read(team));
      const when = { timeZone: all.time_zone, at: clock.now() };
      const [limits, prices, most] = await Promise.all([
        readRunLimits(db, team, query.agent_id),
        loadPrices(db, team),
        readMostOutput(db, team, query.agent_id),
      ]);
      const about = accountsOf(rules, spender, when).map(({ rule }) => rule);
      return {
        budgets: { ...all, rules: about },
        limits,
        prices: { own: prices.own.overrides ?? null, shared: prices.shared.overrides ?? null },
        most_output_tokens: most,
      };
    },
  );

  app.post(
    '/api/v1/runners/budgets',
    {
      config: allow('runner', 'ingest'),
      schema: {
        querystring: z.strictObject(teamQuery),
        body: budgetSyncBody,
        ...documented('Runs', 'What a run holds of its budgets, and what it needs', { 200: budgetSyncAnswer }),
      },
    },
    ({ team, body }) => budgets.sync(team, body),
  );
}
