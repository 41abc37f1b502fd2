import type { BudgetRow } from '@telltale/contracts/http/budgets';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { budgetAim } from '../../parts/budget-words.ts';
import { apiOf } from '../../server/api.ts';
import { budgetsQuery } from '../../server/budgets.ts';
import { Answer } from '../../ui/answer.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { TablePanel } from '../../ui/table-panel.tsx';
import { budgetColumns } from './budget-columns.tsx';
import { SetBudgetDialog } from './set-budget-dialog.tsx';

/** What may be spent, and how much of it is. */
export function BudgetsSection({ team, mayChange }: { team: string; mayChange: boolean }) {
  const cache = useQueryClient();
  const query = useQuery(budgetsQuery(team));
  const [isSetting, setSetting] = useState(false);
  const [removing, setRemoving] = useState<BudgetRow | null>(null);
  const columns = useMemo(() => budgetColumns(mayChange ? setRemoving : null), [mayChange]);
  const remove = useMutation({
    mutationFn: (id: string) => apiOf(team).removeBudget(id),
    onSuccess: () => {
      setRemoving(null);
      void cache.invalidateQueries({ queryKey: ['budgets', team] });
    },
  });
  return (
    <>
      <Answer query={query}>
        {({ budgets }) => (
          <TablePanel
            title="Budgets"
            file="budgets"
            columns={columns}
            rows={budgets}
            rowKey={({ budget_id }) => budget_id}
            tools={
              mayChange ? (
                <Button tone="primary" onClick={() => setSetting(true)}>
                  Set a budget
                </Button>
              ) : null
            }
            empty={
              <EmptyState title={`Nothing holds what team ${team} spends`}>
                A budget of a day or a run refuses calls before they would cost more than it.
              </EmptyState>
            }
          />
        )}
      </Answer>
      {isSetting ? <SetBudgetDialog team={team} onClose={() => setSetting(false)} /> : null}
      <ConfirmDialog
        open={removing !== null}
        title={`Remove the budget of ${removing === null ? '' : budgetAim(removing)}?`}
        action="Remove it"
        isBusy={remove.isPending}
        error={remove.error}
        onCancel={() => setRemoving(null)}
        onConfirm={() => removing !== null && remove.mutate(removing.budget_id)}
      >
        Calls are not held by it any more. What was spent stays in the costs.
      </ConfirmDialog>
    </>
  );
}
