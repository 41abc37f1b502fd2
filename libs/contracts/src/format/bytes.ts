import { isKnown, unknownText } from './unknown.ts';

const units = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** Bytes for people, in powers of 1024: `512 B`, `1.5 KiB`, `200 MiB`. Unknown is `–`. */
export function formatBytes(bytes: number | null | undefined): string {
  if (!isKnown(bytes)) return unknownText;
  let amount = Math.abs(bytes);
  const sign = bytes < 0 ? '-' : '';
  if (amount < 1024) return `${sign}${Math.round(amount)} B`;
  let unit: string = units[0];
  for (const next of units) {
    amount /= 1024;
    unit = next;
    // Rounded to whole units, 1023.5 already is the next one.
    if (amount < 1023.5) break;
  }
  return `${sign}${amount < 9.95 ? amount.toFixed(1) : Math.round(amount)} ${unit}`;
}
