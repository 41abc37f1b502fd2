import { formatCount } from '@telltale/contracts/format/count';
import { formatDuration } from '@telltale/contracts/format/duration';
import { formatMoney } from '@telltale/contracts/format/money';
import type { FleetNow } from './open-fleet.ts';

/** The team in one line. */
export function totalsLine(teamId: string, { totals, agents }: FleetNow): string {
  if (totals === null) return `team ${teamId} · ${formatCount(agents.length)} agents`;
  const { running, failing, spend_today_usd, delivery_lag_ms, sums } = totals;
  return [
    `team ${teamId}`,
    `${formatCount(totals.agents)} agents`,
    `${formatCount(running)} running`,
    `${formatCount(failing)} failing`,
    `today ${formatMoney(spend_today_usd)}`,
    `${formatCount(sums.total_tokens)} tokens`,
    `delivery lag ${formatDuration(delivery_lag_ms)}`,
  ].join(' · ');
}
