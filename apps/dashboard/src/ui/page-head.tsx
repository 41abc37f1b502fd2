import type { ReactNode } from 'react';
import { useEffect } from 'react';

/** The page's name, in the document's title too, and what it is filtered by. */
export function PageHead({ title, lead, children }: { title: ReactNode; lead?: string; children?: ReactNode }) {
  const name = lead ?? (typeof title === 'string' ? title : 'Telltale');
  useEffect(() => {
    document.title = `${name} · Telltale`;
  }, [name]);
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 pb-3">
      <h1 className="flex min-w-0 flex-wrap items-center gap-2 text-xl font-semibold tracking-tight">{title}</h1>
      {children === undefined ? null : <div className="flex flex-wrap items-center gap-2">{children}</div>}
    </div>
  );
}
