import type { TaskRow } from '@telltale/contracts/http/tasks';
import { formatDuration } from '@telltale/contracts/format/duration';
import { Link } from '@tanstack/react-router';
import { Ago } from '../../ui/ago.tsx';
import { Badge } from '../../ui/badge.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { statusTones } from './statuses.ts';

/** The inputs in a line, as `name value`. */
export const inputsOf = (task: TaskRow): string =>
  Object.entries(task.input_summary)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(' · ');

export const taskColumns: readonly Column<TaskRow>[] = [
  {
    id: 'task_id',
    header: 'Task',
    value: (row) => row.task_id,
    cell: (row) => (
      <Link
        data-nav
        to="/tasks/$id"
        params={{ id: row.task_id }}
        className="block max-w-64 truncate font-medium max-md:max-w-36 hover:text-accent hover:underline"
      >
        {row.task_id}
      </Link>
    ),
  },
  {
    id: 'status',
    header: 'State',
    value: (row) => row.status,
    cell: (row) => <Badge tone={statusTones[row.status]}>{row.status.toLowerCase()}</Badge>,
  },
  { id: 'crew_id', header: 'Crew', isMinor: true, value: (row) => row.crew_id, cell: (row) => row.crew_id ?? '–' },
  { id: 'agent_id', header: 'Agent', isWide: true, value: (row) => row.agent_id, cell: (row) => row.agent_id ?? '–' },
  {
    id: 'inputs',
    header: 'Inputs',
    isWide: true,
    value: inputsOf,
    cell: (row) => (
      <span className="block max-w-96 truncate text-quiet" title={inputsOf(row)}>
        {inputsOf(row)}
      </span>
    ),
  },
  {
    id: 'error_preview',
    header: 'Error',
    isWide: true,
    value: (row) => row.error_preview,
    cell: (row) => (
      <span className="block max-w-72 truncate text-bad" title={row.error_preview ?? ''}>
        {row.error_preview ?? ''}
      </span>
    ),
  },
  {
    id: 'start_time',
    header: 'Started',
    isNumber: true,
    value: (row) => row.start_time,
    cell: (row) => <Ago at={row.start_time} />,
  },
  {
    id: 'duration_ms',
    header: 'Duration',
    isNumber: true,
    value: (row) => row.duration_ms,
    cell: (row) => formatDuration(row.duration_ms),
  },
];
