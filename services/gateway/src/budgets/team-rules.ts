import type { BudgetRules } from '@telltale/contracts/http/budget-sync';
import type { Clock } from '@telltale/runtime/clock';
import { loadBudgets, type Db, type TeamBudgets } from '@telltale/store/config';

/** A change that another gateway took is known here this late at most. */
const keptMs = 1_000;

export type TeamRules = {
  /** What the team has set; while the store is away, what it had last. */
  read(teamId: string): Promise<TeamBudgets>;
  /** Something was changed here. */
  forget(teamId: string): void;
};

export const rulesOf = ({ version, timeZone, budgets }: TeamBudgets): BudgetRules => ({
  version,
  time_zone: timeZone,
  rules: budgets.map(({ rule }) => rule),
});

/** The budgets of teams, asked of the store once a second at most. */
export function createTeamRules({ db, clock }: { db: Db; clock: Clock }): TeamRules {
  const kept = new Map<string, { at: number; budgets: TeamBudgets }>();
  return {
    async read(teamId) {
      const last = kept.get(teamId);
      if (last !== undefined && clock.monotonic() - last.at < keptMs) return last.budgets;
      const at = clock.monotonic();
      try {
        const budgets = await loadBudgets(db, teamId);
        kept.set(teamId, { at, budgets });
        return budgets;
      } catch (error) {
        if (last === undefined) throw error;
        return last.budgets;
      }
    },
    forget: (teamId) => void kept.delete(teamId),
  };
}
