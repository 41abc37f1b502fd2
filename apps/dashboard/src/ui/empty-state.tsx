import type { ReactNode } from 'react';

/** Says that there is nothing, and what would change that. */
export function EmptyState({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-1.5 px-6 py-10 text-center">
      <p className="text-sm font-medium">{title}</p>
      <div className="max-w-prose text-sm text-quiet">{children}</div>
    </div>
  );
}
