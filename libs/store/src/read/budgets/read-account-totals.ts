import type { BudgetAccount } from '@telltale/contracts/budgets/budget-account';
import { usdUnits } from '@telltale/contracts/budgets/budget-units';
import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../../database.ts';
import type { CubeName } from '../../rollup/cubes.ts';
import { rollupRows, type SeriesFilter } from '../rollup-rows.ts';
import { bucketsOf, type Segment } from '../span.ts';

/** What is rolled up of an account, in its budget's units; calls without a price are in no amount of money. */
export type AccountTotal = { units: number; unpricedCalls: number };

/** The quarter hours of a time zone's days; of UTC the days themselves. */
const segmentsOf = ({ from, to }: BudgetAccount, now: number): readonly Segment[] => {
  if (to === null) return [{ grain: 0, from: null, to: null }];
  return bucketsOf({ from, to }, now, { longest: from % 86_400_000 === 0 ? 1440 : 15 }).segments;
};

function whose({ rule, of, run }: BudgetAccount): { cube: CubeName; filter: SeriesFilter } {
  if (run !== null) {
    const also = rule.subject === 'team' || of === null ? {} : { [`${rule.subject}_id`]: of };
    return { cube: 'unit', filter: { run_id: run, ...also } };
  }
  if (rule.subject === 'team' || of === null) return { cube: 'team', filter: {} };
  return { cube: rule.subject === 'agent' ? 'place' : 'unit', filter: { [`${rule.subject}_id`]: of } };
}

function totalOf(teamId: string, account: BudgetAccount, now: number): RawBuilder<unknown> {
  const { cube, filter } = whose(account);
  const amount =
    account.rule.measure === 'usd'
      ? sql`sum(r.cost_usd)`
      : sql`coalesce(sum(r.input_tokens), 0) + coalesce(sum(r.output_tokens), 0)`;
  return sql`select ${account.account} as account, coalesce(${amount}, 0)::text as amount,
    coalesce(sum(r.unpriced_calls), 0)::int as unpriced
    ${rollupRows({ teamId, cube, segments: segmentsOf(account, now), filter })}`;
}

/** What is rolled up of each account, by its name; all of one snapshot. `now` in ms since 1970. */
export async function readAccountTotals(
  db: Db,
  { teamId, accounts, now }: { teamId: string; accounts: readonly BudgetAccount[]; now: number },
): Promise<Map<string, AccountTotal>> {
  const found = new Map<string, AccountTotal>();
  for (let from = 0; from < accounts.length; from += perStatement) {
    const part = accounts.slice(from, from + perStatement);
    const { rows } = await sql<{ account: string; amount: string; unpriced: number }>`${sql.join(
      part.map((account) => totalOf(teamId, account, now)),
      sql` union all `,
    )}`.execute(db);
    const measures = new Map(part.map(({ account, rule }) => [account, rule.measure]));
    for (const { account, amount, unpriced } of rows) {
      const units = measures.get(account) === 'usd' ? usdUnits(amount) : Math.ceil(Number(amount));
      found.set(account, { units, unpricedCalls: unpriced });
    }
  }
  return found;
}
/** Each brings its own parts of a period. */
const perStatement = 50;
