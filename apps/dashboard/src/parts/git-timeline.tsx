import { useQuery } from '@tanstack/react-query';
import { GitCommitHorizontal } from 'lucide-react';
import type { Target } from '../live/target.ts';
import { gitQuery } from '../server/records.ts';
import { Ago } from '../ui/ago.tsx';
import { Answer } from '../ui/answer.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Panel } from '../ui/panel.tsx';

/** What happened to the repository, newest first. */
export function GitTimeline({ team, target }: { team: string; target: Target }) {
  const query = useQuery(gitQuery(team, target));
  return (
    <Panel title="Git">
      <Answer query={query} lines={3}>
        {({ git }) =>
          git.length === 0 ? (
            <EmptyState title="Nothing happened to the repository">
              Commits, branches and pushes appear as git makes them.
            </EmptyState>
          ) : (
            <ol className="max-h-80 overflow-auto text-sm" tabIndex={0} aria-label="Git">
              {git.map((item) => (
                <li key={item.id} className="flex items-baseline gap-2 border-b border-line/60 py-1.5 last:border-0">
                  <GitCommitHorizontal
                    aria-hidden
                    className={`size-3.5 shrink-0 self-center ${item.success ? 'text-accent' : 'text-bad'}`}
                  />
                  <span className="shrink-0 font-medium">{item.operation.replace('_', ' ')}</span>
                  <span className="min-w-0 flex-1 truncate" title={item.message}>
                    {item.message ?? item.branch ?? ''}
                  </span>
                  {item.insertions === undefined && item.deletions === undefined ? null : (
                    <span className="nums shrink-0 text-xs">
                      <span className="text-good">+{item.insertions ?? 0}</span>{' '}
                      <span className="text-bad">−{item.deletions ?? 0}</span>
                    </span>
                  )}
                  {item.sha === undefined ? null : (
                    <code className="shrink-0 font-mono text-xs text-quiet">{item.sha.slice(0, 8)}</code>
                  )}
                  <span className="shrink-0 text-xs text-quiet">
                    <Ago at={item.at} />
                  </span>
                </li>
              ))}
            </ol>
          )
        }
      </Answer>
    </Panel>
  );
}
