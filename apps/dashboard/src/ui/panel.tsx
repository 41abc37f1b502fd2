import type { ReactNode } from 'react';

export type PanelProps = {
  title?: ReactNode;
  /** Right of the title. */
  tools?: ReactNode;
  children: ReactNode;
  className?: string;
  /** Without room between the edge and what is inside: tables and charts bring their own. */
  flush?: boolean;
};

/** One thing a page shows, with its name. */
export function Panel({ title, tools, children, className = '', flush = false }: PanelProps) {
  return (
    <section className={`flex min-w-0 flex-col rounded-lg border border-line bg-panel ${className}`}>
      {title === undefined ? null : (
        <header className="flex min-h-10 flex-wrap items-center justify-between gap-x-3 gap-y-1 px-4 py-1.5">
          <h2 className="text-sm font-semibold">{title}</h2>
          {tools === undefined ? null : <div className="flex flex-wrap items-center gap-1.5">{tools}</div>}
        </header>
      )}
      <div className={`min-w-0 flex-1 ${flush ? '' : `px-4 pb-4 ${title === undefined ? 'pt-4' : ''}`}`}>
        {children}
      </div>
    </section>
  );
}
