import type { BudgetAccount } from '../server/budgets.ts';
import { Badge } from '../ui/badge.tsx';
import { budgetAim, budgetAmount } from './budget-words.ts';

const tones = { ok: 'bg-accent', warn: 'bg-warn', reached: 'bg-bad' } as const;
const percent = (used: number): number => Math.round(used * 100);

/** How much of a budget is spent and held for open calls, as a bar of two parts with its numbers. */
export function BudgetBar({ account }: { account: BudgetAccount }) {
  const { measure, limit, spent, reserved, used, state } = account;
  const part = (amount: number): string => `${Math.min(100, limit === 0 ? 100 : (amount / limit) * 100)}%`;
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <div className="nums flex flex-wrap items-baseline gap-x-1.5 text-xs">
        <span className="font-medium">{budgetAmount(measure, spent)}</span>
        <span className="text-quiet">of {budgetAmount(measure, limit)}</span>
        {reserved > 0 ? <span className="text-quiet">· {budgetAmount(measure, reserved)} held</span> : null}
        <span className={state === 'reached' ? 'text-bad' : state === 'warn' ? 'text-warn' : 'text-quiet'}>
          {percent(used)} %
        </span>
      </div>
      <div
        role="img"
        aria-label={`${percent(used)} % spent`}
        className="flex h-1.5 w-full max-w-64 min-w-32 overflow-hidden rounded-full bg-raised"
      >
        <div className={`h-full ${tones[state]}`} style={{ width: part(spent) }} />
        <div className={`h-full opacity-40 ${tones[state]}`} style={{ width: part(reserved) }} />
      </div>
    </div>
  );
}

/** One account of a budget: whose, how much, and that calls are missing from it whose price nobody knows. */
export function BudgetAccountRow({ account }: { account: BudgetAccount }) {
  const { name, kind, state, unpriced_calls } = account;
  return (
    <li className="flex flex-col gap-1 border-b border-line/60 py-2 last:border-0">
      <p className="flex flex-wrap items-center gap-2 text-sm">
        <span className="font-medium">{name ?? budgetAim(account)}</span>
        {name === null ? null : <span className="text-xs text-quiet">{budgetAim(account)}</span>}
        {kind === 'soft' ? <Badge>soft</Badge> : null}
        {state === 'reached' ? <Badge tone="bad">over budget</Badge> : null}
        {state === 'warn' ? <Badge tone="warn">near its limit</Badge> : null}
        {unpriced_calls > 0 ? <Badge tone="warn">{unpriced_calls} calls unpriced</Badge> : null}
      </p>
      <BudgetBar account={account} />
    </li>
  );
}
