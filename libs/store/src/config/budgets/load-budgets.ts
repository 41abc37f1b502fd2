import type { BudgetRule } from '@telltale/contracts/budgets/budget-rule';
import { usdUnits } from '@telltale/contracts/budgets/budget-units';
import { sql } from 'kysely';
import type { Db } from '../../database.ts';

export type StoredBudget = { rule: BudgetRule; created_by: string; created_at: Date };
/** All budgets of a team, newest first. `version` differs whenever what holds differs. */
export type TeamBudgets = { version: string; timeZone: string; budgets: StoredBudget[] };

export async function loadBudgets(db: Db, teamId: string): Promise<TeamBudgets> {
  const { rows } = await sql<{ time_zone: string | null; version: string; budgets: BudgetRow[] }>`
    select (select time_zone from team where team_id = ${teamId}) as time_zone,
      md5(coalesce(string_agg(b::text, '' order by b.budget_id), '') || coalesce((select time_zone from team where team_id = ${teamId}), '')) as version,
      coalesce(jsonb_agg(to_jsonb(b) || jsonb_build_object('limit_value', b.limit_value::text)
        order by b.created_at desc, b.budget_id) filter (where b.budget_id is not null), '[]') as budgets
    from budget b where team_id = ${teamId}`.execute(db);
  const [row] = rows;
  return {
    version: row?.version ?? '',
    timeZone: row?.time_zone ?? 'UTC',
    budgets: (row?.budgets ?? []).map(toStored),
  };
}

type BudgetRow = Omit<BudgetRule, 'limit_units'> & { limit_value: string; created_by: string; created_at: string };

function toStored(row: BudgetRow): StoredBudget {
  const { limit_value: limit, created_by, created_at, ...rule } = row;
  return {
    rule: {
      budget_id: rule.budget_id,
      name: rule.name,
      subject: rule.subject,
      subject_id: rule.subject_id,
      period: rule.period,
      measure: rule.measure,
      limit_units: rule.measure === 'usd' ? usdUnits(limit) : Number(limit),
      kind: rule.kind,
      warn_at: rule.warn_at,
      on_unknown: rule.on_unknown,
      on_unreachable: rule.on_unreachable,
    },
    created_by,
    created_at: new Date(created_at),
  };
}
