import type { DeadLetterRow } from '@telltale/contracts/http/dead-letters';
import { formatBytes } from '@telltale/contracts/format/bytes';
import { Ago } from '../../ui/ago.tsx';
import { Button } from '../../ui/button.tsx';
import type { Column } from '../../ui/data-table.tsx';

export const letterColumns = ({
  onReplay,
  isWaiting,
}: {
  onReplay: (letter: DeadLetterRow) => void;
  /** It was sent again, and nothing was heard of it yet. */
  isWaiting: (letter: DeadLetterRow) => boolean;
}): readonly Column<DeadLetterRow>[] => [
  {
    id: 'reason',
    header: 'Reason',
    value: (row) => row.reason,
    cell: (row) => <span className="font-medium">{row.reason}</span>,
  },
  { id: 'kind', header: 'Record', value: (row) => row.kind, cell: (row) => row.kind ?? 'whole batch' },
  {
    id: 'detail',
    header: 'PostgreSQL said',
    value: (row) => row.detail,
    cell: (row) => (
      <span className="block max-w-96 truncate max-md:max-w-40 text-quiet" title={row.detail}>
        {row.detail}
      </span>
    ),
  },
  { id: 'attempts', header: 'Tries', isNumber: true, value: (row) => row.attempts, cell: (row) => row.attempts },
  {
    id: 'size_bytes',
    header: 'Size',
    isNumber: true,
    isWide: true,
    value: (row) => row.size_bytes,
    cell: (row) => formatBytes(row.size_bytes),
  },
  {
    id: 'last_at',
    header: 'Last',
    isNumber: true,
    value: (row) => row.last_at,
    cell: (row) => <Ago at={row.last_at} />,
  },
  {
    id: 'replay',
    header: '',
    cell: (row) => (
      <Button compact disabled={isWaiting(row)} onClick={() => onReplay(row)}>
        {isWaiting(row) ? 'Under way' : 'Replay'}
      </Button>
    ),
  },
];
