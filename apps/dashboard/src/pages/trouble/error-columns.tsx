import type { ErrorsAnswer } from '@telltale/contracts/http/metrics-detail';
import { Badge } from '../../ui/badge.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { formatDayTime } from '../../ui/format-time.ts';
import { SessionLink } from './session-link.tsx';

type Failure = ErrorsAnswer['recent_errors'][number];

export const errorColumns: readonly Column<Failure>[] = [
  {
    id: 'timestamp',
    header: 'When',
    value: (row) => row.timestamp,
    cell: (row) => <span className="nums whitespace-nowrap text-quiet">{formatDayTime(row.timestamp)}</span>,
  },
  {
    id: 'kind',
    isMinor: true,
    header: 'What',
    value: (row) => row.kind,
    cell: (row) => <Badge>{row.kind.replace('_call', '')}</Badge>,
  },
  { id: 'tool', header: 'Tool', value: (row) => row.tool, cell: (row) => row.tool ?? '–' },
  {
    id: 'error',
    header: 'Error',
    value: (row) => row.error,
    cell: (row) => (
      <span className="block break-words text-bad max-md:max-w-56 max-md:whitespace-normal">{row.error}</span>
    ),
  },
  {
    id: 'session_id',
    header: 'Session',
    value: (row) => row.session_id,
    cell: (row) => <SessionLink id={row.session_id} />,
  },
];
