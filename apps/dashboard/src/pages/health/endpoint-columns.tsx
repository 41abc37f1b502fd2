import type { EndpointRow } from '@telltale/contracts/http/endpoints';
import { formatCount } from '@telltale/contracts/format/count';
import { formatDuration } from '@telltale/contracts/format/duration';
import type { Column } from '../../ui/data-table.tsx';

const time = (id: 'p50_ms' | 'p90_ms' | 'p99_ms', header: string): Column<EndpointRow> => ({
  id,
  header,
  isNumber: true,
  value: (row) => row[id],
  cell: (row) => formatDuration(row[id]),
});

export const endpointColumns: readonly Column<EndpointRow>[] = [
  {
    id: 'route',
    header: 'Route',
    value: (row) => `${row.method} ${row.route}`,
    cell: (row) => (
      <code className="block truncate font-mono text-xs max-md:max-w-48" title={`${row.method} ${row.route}`}>
        <span className="text-quiet">{row.method}</span> {row.route}
      </code>
    ),
  },
  {
    id: 'requests',
    header: 'Requests',
    isNumber: true,
    value: (row) => row.requests,
    cell: (row) => formatCount(row.requests),
  },
  {
    id: 'errors_4xx',
    header: '4xx',
    isNumber: true,
    value: (row) => row.errors_4xx,
    cell: (row) => formatCount(row.errors_4xx),
  },
  {
    id: 'errors_5xx',
    header: '5xx',
    isNumber: true,
    value: (row) => row.errors_5xx,
    cell: (row) => <span className={row.errors_5xx > 0 ? 'text-bad' : ''}>{formatCount(row.errors_5xx)}</span>,
  },
  {
    id: 'error_rate',
    header: 'Errors',
    isNumber: true,
    value: (row) => row.error_rate,
    cell: (row) => `${row.error_rate.toFixed(1)} %`,
  },
  time('p50_ms', 'p50'),
  time('p90_ms', 'p90'),
  time('p99_ms', 'p99'),
];
