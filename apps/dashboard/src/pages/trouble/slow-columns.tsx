import type { SlowAnswer } from '@telltale/contracts/http/metrics-detail';
import { formatDuration } from '@telltale/contracts/format/duration';
import { Badge } from '../../ui/badge.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { formatDayTime } from '../../ui/format-time.ts';
import { SessionLink } from './session-link.tsx';

type Slow = SlowAnswer['slow_operations'][number];

export const slowColumns: readonly Column<Slow>[] = [
  {
    id: 'duration_ms',
    header: 'Duration',
    isNumber: true,
    value: (row) => row.duration_ms,
    cell: (row) => <span className="font-semibold">{formatDuration(row.duration_ms)}</span>,
  },
  {
    id: 'type',
    header: 'What',
    value: (row) => row.type,
    cell: (row) => <Badge>{row.type.replace('_call', '')}</Badge>,
  },
  {
    id: 'name',
    header: 'Name',
    value: (row) => row.name,
    cell: (row) => <span className="font-medium">{row.name}</span>,
  },
  {
    id: 'session_id',
    header: 'Session',
    value: (row) => row.session_id,
    cell: (row) => <SessionLink id={row.session_id} />,
  },
  {
    id: 'timestamp',
    header: 'When',
    value: (row) => row.timestamp,
    cell: (row) => <span className="nums text-quiet">{formatDayTime(row.timestamp)}</span>,
  },
];
