import type { BudgetRule } from '@telltale/contracts/budgets/budget-rule';
import { usdUnits } from '@telltale/contracts/budgets/budget-units';
import { TelltaleError } from '@telltale/contracts/errors';
import type { setBudgetBody } from '@telltale/contracts/http/budgets';
import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Db, DbTransaction } from '../../database.ts';
import { writeAudit } from '../audit.ts';
import { loadBudgets, type StoredBudget } from './load-budgets.ts';
import { outOfReach } from './out-of-reach.ts';

export type BudgetWish = z.output<typeof setBudgetBody>;
export type BudgetChange = { teamId: string; wish: BudgetWish; actor: string };

/** Each call to a model is looked at for each of them. */
const mostBudgets = 1_000;

function ruleOf(wish: BudgetWish): BudgetRule {
  const usd = wish.limit_usd;
  return {
    budget_id: randomUUID(),
    name: wish.name ?? null,
    subject: wish.subject,
    subject_id: wish.subject_id ?? null,
    // A run has one life: for ever is the same for it.
    period: wish.subject === 'run' && wish.period === 'total' ? 'run' : wish.period,
    measure: usd === undefined ? 'tokens' : 'usd',
    limit_units: usd === undefined ? (wish.limit_tokens ?? 0) : usdUnits(usd),
    kind: wish.kind,
    warn_at: wish.warn_at,
    on_unknown: wish.on_unknown ?? 'warn',
    on_unreachable: wish.on_unreachable ?? 'allow',
  };
}

const isLine = (one: BudgetRule, other: BudgetRule): boolean =>
  one.subject === other.subject &&
  one.subject_id === other.subject_id &&
  one.period === other.period &&
  one.measure === other.measure &&
  one.kind === other.kind;

const cannotBeHit = (parameter: string, detail: string): never => {
  throw new TelltaleError('invalid_request', `this budget can never be hit: ${parameter} ${detail}`, {
    errors: [{ pointer: `#/${parameter}`, code: 'never_hit', detail }],
  });
};

async function refuseWhatCannotBeHit(trx: DbTransaction, teamId: string, wanted: BudgetRule, others: BudgetRule[]) {
  const wide = outOfReach(wanted, others);
  if (wide !== null) {
    const limit = wanted.measure === 'usd' ? 'limit_usd' : 'limit_tokens';
    cannotBeHit(limit, `is above that of the hard budget ${wide.budget_id}, which is spent first; choose a lower one`);
  }
  if (wanted.subject !== 'run' || wanted.subject_id === null) return;
  const run = await trx
    .selectFrom('run')
    .select('ended_at')
    .where('team_id', '=', teamId)
    .where('run_id', '=', wanted.subject_id)
    .executeTakeFirst();
  // Sessions, tasks and agents may begin later under their names; a run gets its own when it begins.
  if (run === undefined)
    cannotBeHit('subject_id', 'is no run of the team, or one that began this moment; name one that `runs list` shows');
  else if (run.ended_at !== null) cannotBeHit('subject_id', 'is a run that has ended; name one that goes on');
}

/**
 * Sets a budget, with its audit row. One for the same thing, of the same kind, is replaced and keeps its id, so that what
 * is reserved in it holds on. Throws `invalid_request` for one that nothing can hit.
 */
export async function setBudget(db: Db, change: BudgetChange): Promise<StoredBudget> {
  const { teamId, wish, actor } = change;
  return db.transaction().execute(async (trx) => {
    // Two at once would not see each other.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`budgets ${teamId}`}, 0))`.execute(trx);
    const wanted = ruleOf(wish);
    const { budgets } = await loadBudgets(trx, teamId);
    const same = budgets.find(({ rule }) => isLine(rule, wanted));
    const others = budgets.filter((one) => one !== same).map(({ rule }) => rule);
    if (others.length >= mostBudgets)
      throw new TelltaleError('conflict', `budgets: there may be ${mostBudgets}; remove some`);
    await refuseWhatCannotBeHit(trx, teamId, wanted, others);
    const budgetId = same?.rule.budget_id ?? wanted.budget_id;
    const { limit_units: _, budget_id: __, ...fields } = wanted;
    const limit = wish.limit_usd ?? String(wish.limit_tokens);
    await trx
      .insertInto('budget')
      .values({ team_id: teamId, budget_id: budgetId, ...fields, limit_value: limit, created_by: actor })
      .onConflict((conflict) =>
        conflict.columns(['team_id', 'budget_id']).doUpdateSet({
          name: fields.name,
          limit_value: limit,
          warn_at: fields.warn_at,
          on_unknown: fields.on_unknown,
          on_unreachable: fields.on_unreachable,
        }),
      )
      .execute();
    await writeAudit(trx, { teamId, actor, action: 'budget.set', object: `budget:${budgetId}`, detail: { ...wish } });
    const after = await loadBudgets(trx, teamId);
    const made = after.budgets.find(({ rule }) => rule.budget_id === budgetId);
    if (made === undefined) throw new Error('a budget that was written is not there');
    return made;
  });
}
