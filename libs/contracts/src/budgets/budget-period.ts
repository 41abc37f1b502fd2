import { localTimeOf, type LocalTime } from '../local-time.ts';
import type { BudgetPeriod } from './budget-rule.ts';

/** In ms since 1970; `from` 0 with `to` null is for ever. */
export type BudgetSpan = { from: number; to: number | null };

type Calendar = 'hour' | 'day' | 'month';

const quarter = 15 * 60_000;
const hour = 4 * quarter;
const day = 24 * hour;
const lengths: Readonly<Record<Calendar, number>> = { hour, day, month: 31 * day };

/** The shown time at which the unit of a shown time begins. */
function startShown(unit: Calendar, shown: number): number {
  if (unit !== 'month') return Math.floor(shown / lengths[unit]) * lengths[unit];
  const date = new Date(shown);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}

const floorQuarter = (time: number): number => Math.floor(time / quarter) * quarter;

/** The first quarter hour that clocks show within the unit that they show at `at`. Zones differ by whole quarters. */
function startOf(unit: Calendar, local: LocalTime, at: number): number {
  const shown = local(at);
  const wanted = startShown(unit, shown);
  const within = (time: number): boolean => startShown(unit, local(time)) === wanted;
  let start = floorQuarter(Math.min(at, at - (shown - wanted)));
  // Clocks may have been set in between: from the guess, it is a few quarters away at most.
  while (within(start - quarter)) start -= quarter;
  while (!within(start)) start += quarter;
  return start;
}

/**
 * The period that `at` lies in, by the clocks and the calendar of a time zone: an hour that clocks show twice is one of
 * two hours, a day on which they are set has 23 or 25. Asking a calendar is slow where the zone is not UTC: who counts call
 * after call keeps the span until it is over.
 */
export function budgetSpanAt(period: BudgetPeriod, timeZone: string, at: number): BudgetSpan {
  if (period === 'run' || period === 'total') return { from: 0, to: null };
  const local = localTimeOf(timeZone);
  const from = startOf(period, local, at);
  // Somewhere in the next unit, whatever clocks are set to.
  const within = from + lengths[period] + (period === 'hour' ? 0 : 2 * hour);
  let to = startOf(period, local, Math.max(within, at + quarter));
  for (let later = within; to <= at || to <= from; later += quarter) to = startOf(period, local, later);
  return { from, to };
}
