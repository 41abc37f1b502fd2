import type { ReactNode } from 'react';

/** Numbers side by side, as many in a row as fit. */
export function Stats({ children }: { children: ReactNode }) {
  return (
    <dl className="grid grid-cols-[repeat(auto-fit,minmax(7.5rem,1fr))] gap-x-6 gap-y-3 rounded-lg border border-line bg-panel px-4 py-3">
      {children}
    </dl>
  );
}
