import { filtersOf, type FilterFlags, type PeriodFlags } from '../commands/query-flags.ts';

/** The parameters that all questions about a period share. */
export function metricsQuery(flags: PeriodFlags & FilterFlags) {
  return { period: flags.period, from: flags.from, to: flags.to, ...filtersOf(flags) };
}

/** In words, for `no runs …`; and what to try. */
export function periodInWords({ period, from, to }: PeriodFlags): string {
  if (from !== undefined || to !== undefined) {
    return [...(from === undefined ? [] : [`from ${from}`]), ...(to === undefined ? [] : [`until ${to}`])].join(' ');
  }
  return period === 'all' ? 'at all' : `in the last ${period} (--period all looks further back)`;
}
