import type { ReactNode } from 'react';

export function CardNumber({ label, value, hint }: { label: string; value: ReactNode; hint?: string | undefined }) {
  return (
    <div className="min-w-0 flex-1 basis-0" title={hint}>
      <dt className="truncate text-2xs text-quiet">{label}</dt>
      <dd className="nums truncate text-xs font-semibold">{value}</dd>
    </div>
  );
}
