import { formatBytes } from '@telltale/contracts/format/bytes';
import { useQuery } from '@tanstack/react-query';
import type { Target } from '../live/target.ts';
import { newestSampleQuery } from '../server/records.ts';
import { Ago } from '../ui/ago.tsx';
import { Answer } from '../ui/answer.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Panel } from '../ui/panel.tsx';

/** The root of the tree and its five largest processes, as of the newest sample. */
export function ProcessTree({ team, target, isRunning }: { team: string; target: Target; isRunning: boolean }) {
  const query = useQuery(newestSampleQuery(team, target, isRunning));
  return (
    <Panel
      title="Process tree"
      tools={
        query.data === null || query.data === undefined ? null : (
          <span className="text-xs text-quiet">
            <Ago at={query.data.at} /> ago
          </span>
        )
      }
    >
      <Answer query={query} lines={3}>
        {(sample) =>
          sample === null ? (
            <EmptyState title="No sample yet">
              The first comes within the sample interval, 2 s unless set otherwise.
            </EmptyState>
          ) : (
            <ul className="nums text-sm">
              <li className="flex items-baseline justify-between gap-3 border-b border-line py-1 font-medium">
                <span>
                  <span className="font-mono text-xs">{sample.pid}</span> whole tree · {sample.processes}{' '}
                  {sample.processes === 1 ? 'process' : 'processes'}, {sample.threads}{' '}
                  {sample.threads === 1 ? 'thread' : 'threads'}
                </span>
                <span className="whitespace-nowrap">
                  {sample.cpu_percent.toFixed(1)} % · {formatBytes(sample.memory_bytes)}
                </span>
              </li>
              {(sample.children ?? []).map((child) => (
                <li key={child.pid} className="flex items-baseline justify-between gap-3 py-1 pl-4 text-quiet">
                  <span className="min-w-0 truncate">
                    <span className="font-mono text-xs">└ {child.pid}</span>{' '}
                    <span className="text-ink">{child.name}</span>
                  </span>
                  <span className="whitespace-nowrap">
                    {child.cpu_percent.toFixed(1)} % · {formatBytes(child.memory_bytes)}
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </Panel>
  );
}
