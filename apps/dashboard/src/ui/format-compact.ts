const units = ['', 'k', 'M', 'G', 'T'] as const;

/** A count in three digits, for places without room: `1.24k`, `980`, `3.2M`. Unknown is `–`. */
export function formatCompact(count: number | null | undefined): string {
  if (typeof count !== 'number' || !Number.isFinite(count)) return '–';
  let amount = Math.abs(count);
  let unit = 0;
  while (amount >= 999.5 && unit < units.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  const text = unit === 0 || amount >= 99.95 ? amount.toFixed(0) : amount.toFixed(amount < 9.995 ? 2 : 1);
  return `${count < 0 ? '-' : ''}${text}${units[unit]}`;
}
