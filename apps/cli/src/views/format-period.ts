import type { Page } from '../terminal/page.ts';
import { formatTime } from './words.ts';

/** Which time an answer is about; the ends are those that were used, after widening to whole buckets. */
export function formatPeriod(used: { period_start: string | null; period_end: string }, page: Page): string {
  const end = formatTime(used.period_end);
  const text = used.period_start === null ? `All until ${end}` : `From ${formatTime(used.period_start)} to ${end}`;
  return `${page.dim(text)}\n`;
}
