import type { ReactNode } from 'react';

/** A number with its name, the number first for the eye and the name first for the ear. */
export function Stat({ label, value, note }: { label: string; value: ReactNode; note?: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-0.5">
      <dt className="caps truncate">{label}</dt>
      <dd className="nums text-lg leading-6 font-semibold tracking-tight">{value}</dd>
      {note === undefined ? null : <dd className="nums truncate text-xs text-quiet">{note}</dd>}
    </div>
  );
}
