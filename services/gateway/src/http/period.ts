import { TelltaleError } from '@telltale/contracts/errors';
import type { PeriodName } from '@telltale/contracts/http/query';

const hour = 3_600_000;
const lengths: Record<Exclude<PeriodName, 'all'>, number> = {
  hour,
  day: 24 * hour,
  week: 7 * 24 * hour,
  month: 30 * 24 * hour,
};

/** A span of time in ms since 1970; `from` null is since ever. `to` is exclusive. */
export type Span = { from: number | null; to: number };

export type PeriodQuery = { period: PeriodName; from?: string | undefined; to?: string | undefined };

/** Rolling and ending now; `from` and `to` override the name, `from` alone means until now. */
export function spanOf({ period, from, to }: PeriodQuery, now: number): Span {
  if (from === undefined && to === undefined) return { from: period === 'all' ? null : now - lengths[period], to: now };
  const span = { from: from === undefined ? null : Date.parse(from), to: to === undefined ? now : Date.parse(to) };
  if (span.from === null || span.from < span.to) return span;
  const detail = to === undefined ? 'lies in the future' : 'is not before to';
  throw new TelltaleError('invalid_request', `from: ${detail}`, {
    errors: [{ parameter: 'from', code: 'invalid_value', detail }],
  });
}

/** The same as optional bounds of a list of records, where the newest have no upper bound unless one was asked for. */
export function boundsOf(query: PeriodQuery, now: number): { from: string | undefined; to: string | undefined } {
  const { from } = spanOf(query, now);
  return { from: from === null ? undefined : new Date(from).toISOString(), to: query.to };
}
