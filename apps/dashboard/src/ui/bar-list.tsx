import type { ReactNode } from 'react';

export type BarRow = { key: string; label: ReactNode; value: number; text: ReactNode };

/** Names with their amounts, each as long as its part of the largest. */
export function BarList({ rows }: { rows: readonly BarRow[] }) {
  const top = Math.max(...rows.map(({ value }) => value), 0) || 1;
  return (
    <ul className="flex flex-col gap-1 text-sm">
      {rows.map(({ key, label, value, text }) => (
        <li key={key} className="relative flex items-baseline justify-between gap-3 rounded px-2 py-1">
          <span
            aria-hidden
            className="absolute inset-y-0 left-0 rounded bg-accent/12"
            style={{ width: `${(value / top) * 100}%` }}
          />
          <span className="relative min-w-0 truncate">{label}</span>
          <span className="nums relative shrink-0 font-medium">{text}</span>
        </li>
      ))}
    </ul>
  );
}
