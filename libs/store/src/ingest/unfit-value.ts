import { isPlainTime } from './plain-time.ts';

/** Sums are kept in thousandths, as bigint: beyond this one record would stop every fold of its team. */
const greatest = 1e15;
const measured = ['duration_ms', 'ttft_ms', 'cpu_percent'] as const;

/** Why a record that PostgreSQL would take cannot be stored all the same; null when it can. Our own doors let none through. */
export function unfitValue(fields: Readonly<Record<string, unknown>>): string | null {
  if (!isPlainTime(fields['at'])) return 'at: is not a UTC time with milliseconds from 1970 to 2105';
  for (const name of measured) {
    const value = fields[name];
    if (typeof value === 'number' && Math.abs(value) > greatest) return `${name}: is beyond ${greatest}`;
  }
  return null;
}
