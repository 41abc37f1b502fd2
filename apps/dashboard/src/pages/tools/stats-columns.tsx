import type { CallStats } from '@telltale/contracts/http/metrics-detail';
import { formatCount } from '@telltale/contracts/format/count';
import { formatDuration } from '@telltale/contracts/format/duration';
import { Link } from '@tanstack/react-router';
import type { Column } from '../../ui/data-table.tsx';

const time = (
  id: 'avg_duration_ms' | 'p50_duration_ms' | 'p95_duration_ms' | 'p99_duration_ms',
  header: string,
): Column<CallStats> => ({
  id,
  header,
  isNumber: true,
  isMinor: id === 'avg_duration_ms',
  value: (row) => row[id],
  cell: (row) => formatDuration(row[id]),
});

/** Success and latency of each name, which leads to its calls. */
export const statsColumns = (kind: 'tool_call' | 'service_call'): readonly Column<CallStats>[] => [
  {
    id: 'name',
    header: 'Name',
    value: (row) => row.name,
    cell: (row) => (
      <Link
        data-nav
        to="/calls"
        search={{ kind, [kind === 'tool_call' ? 'tool' : 'service']: row.name }}
        className="font-medium hover:text-accent hover:underline"
      >
        {row.name}
      </Link>
    ),
  },
  { id: 'calls', header: 'Calls', isNumber: true, value: (row) => row.calls, cell: (row) => formatCount(row.calls) },
  {
    id: 'success_rate',
    header: 'Success',
    isNumber: true,
    value: (row) => row.success_rate,
    cell: (row) => (
      <span className={row.success_rate < 90 ? 'font-medium text-bad' : row.success_rate < 99 ? 'text-warn' : ''}>
        {row.success_rate.toFixed(1)} %
      </span>
    ),
  },
  time('avg_duration_ms', 'Mean'),
  time('p50_duration_ms', 'p50'),
  time('p95_duration_ms', 'p95'),
  time('p99_duration_ms', 'p99'),
  {
    id: 'last_error',
    header: 'Last error',
    isWide: true,
    value: (row) => row.last_error,
    cell: (row) => (
      <span className="block max-w-80 truncate text-xs text-bad" title={row.last_error ?? ''}>
        {row.last_error ?? ''}
      </span>
    ),
  },
];
