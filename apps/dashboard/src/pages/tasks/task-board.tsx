import type { TaskRow } from '@telltale/contracts/http/tasks';
import { formatDuration } from '@telltale/contracts/format/duration';
import { Link } from '@tanstack/react-router';
import { Ago } from '../../ui/ago.tsx';
import { Badge } from '../../ui/badge.tsx';
import { statuses, statusTones } from './statuses.ts';
import { inputsOf } from './task-columns.tsx';

/** One column a state, the newest on top. */
export function TaskBoard({ tasks }: { tasks: readonly TaskRow[] }) {
  return (
    <div className="flex gap-3 overflow-x-auto pb-2" tabIndex={0} role="region" aria-label="Board">
      {statuses.map((status) => {
        const column = tasks.filter((task) => task.status === status);
        return (
          <section
            key={status}
            className="flex w-64 min-w-56 flex-1 flex-col gap-2 rounded-lg bg-raised p-2"
            aria-label={status.toLowerCase()}
          >
            <header className="flex items-center justify-between px-1">
              <Badge tone={statusTones[status]}>{status.toLowerCase()}</Badge>
              <span className="nums text-xs text-quiet">{column.length}</span>
            </header>
            {column.map((task) => (
              <Link
                key={task.task_id}
                data-nav
                to="/tasks/$id"
                params={{ id: task.task_id }}
                className="rounded-md border border-line bg-panel px-2.5 py-2 text-sm hover:border-edge"
              >
                <p className="truncate font-medium">{task.task_id}</p>
                <p className="truncate text-xs text-quiet">
                  {task.error_preview ?? (inputsOf(task) || task.crew_id || 'no inputs')}
                </p>
                <p className="flex justify-between pt-1 text-xs text-quiet">
                  <span className="truncate">{task.agent_id ?? ''}</span>
                  <span className="nums">
                    {task.duration_ms === null ? <Ago at={task.start_time} /> : formatDuration(task.duration_ms)}
                  </span>
                </p>
              </Link>
            ))}
          </section>
        );
      })}
    </div>
  );
}
