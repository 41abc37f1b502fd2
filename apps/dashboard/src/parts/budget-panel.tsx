import { useQuery } from '@tanstack/react-query';
import { budgetStatusQuery } from '../server/budgets.ts';
import { Answer } from '../ui/answer.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Panel } from '../ui/panel.tsx';
import { BudgetAccountRow } from './budget-account-row.tsx';

/** The budgets that hold the spending of an agent or a run, with what is left of each. */
export function BudgetPanel({ team, whose }: { team: string; whose: { agent_id: string } | { run_id: string } }) {
  const query = useQuery(budgetStatusQuery(team, whose));
  return (
    <Panel title="Budgets">
      <Answer query={query} lines={2}>
        {({ accounts }) =>
          accounts.length === 0 ? (
            <EmptyState title="No budget holds it">Settings sets one for the team, an agent or a run.</EmptyState>
          ) : (
            <ul>
              {accounts.map((account) => (
                <BudgetAccountRow
                  key={`${account.budget_id} ${account.subject_id ?? ''} ${account.run_id ?? ''}`}
                  account={account}
                />
              ))}
            </ul>
          )
        }
      </Answer>
    </Panel>
  );
}
