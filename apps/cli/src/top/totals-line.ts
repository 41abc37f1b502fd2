import { formatCount } from '@telltale/contracts/format/count';
import { formatDuration } from '@telltale/contracts/format/duration';
import { formatCost } from '../views/words.ts';
import type { FleetNow } from './open-fleet.ts';

const many = (agents: number): string => `${formatCount(agents)} ${agents === 1 ? 'agent' : 'agents'}`;

/** The team in one line. */
export function totalsLine(teamId: string, { totals, agents }: FleetNow): string {
  if (totals === null) return `team ${teamId} · ${many(agents.length)}`;
  const { running, failing, spend_today_usd, unpriced_calls_today = 0, delivery_lag_ms, sums } = totals;
  return [
    `team ${teamId}`,
    many(totals.agents),
    `${formatCount(running)} running`,
    `${formatCount(failing)} failing`,
    `today ${formatCost({ cost_usd: spend_today_usd, partial: unpriced_calls_today > 0 })}`,
    `${formatCount(sums.total_tokens)} tokens`,
    `delivery lag ${formatDuration(delivery_lag_ms)}`,
  ].join(' · ');
}
