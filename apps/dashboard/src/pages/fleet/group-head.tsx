import { formatCount } from '@telltale/contracts/format/count';
import { useQuery } from '@tanstack/react-query';
import { totalsQuery } from '../../live/use-fleet-feed.ts';
import { Money } from '../../ui/money.tsx';

/** What a team came to, beside its name. */
function TeamTotals({ team }: { team: string }) {
  const { data: totals } = useQuery(totalsQuery(team));
  if (totals === undefined) return null;
  return (
    <span className="nums text-xs font-normal text-quiet">
      {formatCount(totals.running)} running · {formatCount(totals.failing)} failing ·{' '}
      <Money usd={totals.spend_today_usd} /> today
    </span>
  );
}

/** The name of a group of agents and how many they are. */
export function GroupHead({ name, count, ofTeam }: { name: string; count: number; ofTeam: boolean }) {
  return (
    <h2 className="flex h-9 items-center gap-2 text-sm font-semibold">
      {name} <span className="nums text-xs font-normal text-quiet">{count}</span>
      {ofTeam ? <TeamTotals team={name} /> : null}
    </h2>
  );
}
