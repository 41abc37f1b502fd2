import type { RunRow } from '@telltale/contracts/http/runs';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { formatInstant } from '../../ui/format-time.ts';

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="flex gap-1.5">
    <dt className="text-quiet">{name}</dt>
    <dd className="min-w-0 truncate">{children}</dd>
  </div>
);

/** What was run, where, and for what. */
export function RunFacts({ run }: { run: RunRow }) {
  return (
    <div className="-mt-3 flex flex-col gap-1.5 text-sm">
      {run.command === null ? null : (
        <code
          tabIndex={0}
          className="overflow-x-auto rounded-md border border-line bg-panel px-3 py-2 font-mono text-xs whitespace-nowrap"
        >
          {run.command}
        </code>
      )}
      <dl className="flex flex-wrap gap-x-5 gap-y-1">
        <Fact name="Started">{formatInstant(run.started_at)}</Fact>
        {run.host === null ? null : <Fact name="Host">{run.host}</Fact>}
        {run.pid === null ? null : <Fact name="Pid">{run.pid}</Fact>}
        {run.session_id === null ? null : (
          <Fact name="Session">
            <Link to="/sessions/$id" params={{ id: run.session_id }} className="text-accent hover:underline">
              {run.session_id}
            </Link>
          </Fact>
        )}
        {run.task_id === null ? null : (
          <Fact name="Task">
            <Link to="/tasks/$id" params={{ id: run.task_id }} className="text-accent hover:underline">
              {run.task_id}
            </Link>
          </Fact>
        )}
        {run.output_capture === null ? null : <Fact name="Output">{run.output_capture}</Fact>}
        {run.agent_ids.length < 2 ? null : <Fact name="Agents">{run.agent_ids.join(', ')}</Fact>}
      </dl>
    </div>
  );
}
