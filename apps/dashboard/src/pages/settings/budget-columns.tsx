import type { BudgetRow } from '@telltale/contracts/http/budgets';
import { BudgetBar } from '../../parts/budget-account-row.tsx';
import { budgetAim, budgetAmount } from '../../parts/budget-words.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import type { Column } from '../../ui/data-table.tsx';

const shown = 3;

/** Those that have spent most of it. */
function Accounts({ budget }: { budget: BudgetRow }) {
  if (budget.accounts.length === 0) return <span className="text-quiet">nothing spent yet</span>;
  return (
    <ul className="flex flex-col gap-1.5">
      {budget.accounts.slice(0, shown).map((account) => (
        <li key={`${account.subject_id ?? ''} ${account.run_id ?? ''}`}>
          {budget.subject_id === null && account.subject_id !== null ? (
            <span className="text-xs text-quiet">{account.subject_id}</span>
          ) : null}
          <BudgetBar account={account} />
        </li>
      ))}
    </ul>
  );
}

const most = ({ accounts }: BudgetRow): number => Math.max(0, ...accounts.map(({ used }) => used));

export const budgetColumns = (onRemove: ((budget: BudgetRow) => void) | null): readonly Column<BudgetRow>[] => [
  {
    id: 'name',
    header: 'Budget',
    value: (row) => row.name ?? budgetAim(row),
    cell: (row) => (
      <>
        <span className="block font-medium">{row.name ?? budgetAim(row)}</span>
        {row.name === null ? null : <span className="text-xs text-quiet">{budgetAim(row)}</span>}
      </>
    ),
  },
  {
    id: 'limit',
    header: 'Limit',
    isNumber: true,
    value: (row) => row.limit,
    cell: (row) => budgetAmount(row.measure, row.limit),
  },
  {
    id: 'kind',
    header: 'Kind',
    isWide: true,
    hint: 'hard: a call that does not fit is refused; soft: it is only said',
    value: (row) => row.kind,
    cell: (row) => <Badge tone={row.kind === 'hard' ? 'accent' : 'quiet'}>{row.kind}</Badge>,
  },
  { id: 'used', header: 'Spent', value: most, cell: (row) => <Accounts budget={row} /> },
  {
    id: 'rules',
    header: 'Otherwise',
    isWide: true,
    hint: 'A call without a known price; no server to ask',
    value: (row) => `${row.on_unknown} ${row.on_unreachable}`,
    cell: (row) => (
      <span className="text-xs text-quiet">
        {row.measure === 'usd' ? `unknown price: ${row.on_unknown}; ` : ''}unreachable: {row.on_unreachable}
      </span>
    ),
  },
  {
    id: 'remove',
    header: '',
    cell: (row) =>
      onRemove === null ? null : (
        <Button tone="danger" compact onClick={() => onRemove(row)}>
          Remove
        </Button>
      ),
  },
];
