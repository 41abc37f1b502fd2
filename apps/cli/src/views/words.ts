import { formatCount } from '@telltale/contracts/format/count';
import { formatDuration } from '@telltale/contracts/format/duration';
import { formatMoney } from '@telltale/contracts/format/money';
import { unknownText } from '@telltale/contracts/format/unknown';

/** A time of an answer, in UTC to the second: `2026-01-31 14:00:00Z`. */
export const formatTime = (instant: string | null | undefined): string =>
  instant ? `${instant.slice(0, 19).replace('T', ' ')}Z` : unknownText;

/** How long ago: `3m 05s ago`; what a clock puts slightly ahead is now. */
export const formatAge = (instant: string | null | undefined, now: number): string =>
  instant ? `${formatDuration(Math.max(0, now - Date.parse(instant)))} ago` : unknownText;

/** What a sum cost; `+` says that calls are missing from it which could not be priced. */
export const formatCost = ({ cost_usd, partial }: { cost_usd: number | null; partial: boolean }): string =>
  cost_usd !== null && partial ? `${formatMoney(cost_usd)}+` : formatMoney(cost_usd);

/** The same of an agent, a run or a session: who called no model has spent nothing that one could speak of. */
export const formatCallCost = (sums: { cost_usd: number | null; partial: boolean; llm_calls: number }): string =>
  sums.llm_calls === 0 ? unknownText : formatCost(sums);

/** `1 call whose price is not known` */
export const callsWithoutPrice = (calls: number): string =>
  calls === 1 ? '1 call whose price is not known' : `${formatCount(calls)} calls whose price is not known`;

/** What `+` and a cost of `–` mean, under a table that has them. */
export const unpricedNote = (calls: number): string =>
  calls === 0 ? '' : `\n+ and –: without ${callsWithoutPrice(calls)}\n`;

/** That a sum has guesses in it: amounts of a default price, or of a price that fits a model nearly. */
export const estimatedNote = (calls: number): string =>
  calls === 0 ? '' : `\nthe cost of ${calls === 1 ? '1 call is' : `${formatCount(calls)} calls is`} estimated\n`;

/** A percentage from 0 to 100. */
export const formatPercent = (percent: number | null | undefined): string =>
  percent === null || percent === undefined
    ? unknownText
    : `${percent.toFixed(percent > 99 && percent < 100 ? 2 : 1)} %`;

/** Ids in a row; a long row says how many more. */
export function formatIds(ids: readonly string[]): string {
  if (ids.length === 0) return unknownText;
  const shown = ids.slice(0, 3).join(', ');
  return ids.length > 3 ? `${shown} and ${ids.length - 3} more` : shown;
}
