import type { DeliveryAnswer, ProducerBooks } from '@telltale/contracts/http/delivery';
import { formatCount } from '@telltale/contracts/format/count';
import type { Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { TablePanel } from '../../ui/table-panel.tsx';
import { sumReasons, tellReasons } from './sum-reasons.ts';

type Books = Pick<
  ProducerBooks,
  'producer_id' | 'issued' | 'stored' | 'dead_lettered' | 'rejected' | 'dropped' | 'lost'
>;

/** What is neither stored nor accounted for otherwise: on its way, as long as its producer lives. */
function underWay(row: Books): number | null {
  if (row.issued === null) return null;
  const settled =
    row.stored + row.dead_lettered + row.rejected + (sumReasons(row.dropped) ?? 0) + (sumReasons(row.lost) ?? 0);
  return Math.max(0, row.issued - settled);
}

const number = (id: 'stored' | 'dead_lettered' | 'rejected', header: string, hint: string): Column<Books> => ({
  id,
  header,
  hint,
  isNumber: true,
  value: (row) => row[id],
  cell: (row) => <span className={id !== 'stored' && row[id] > 0 ? 'text-bad' : ''}>{formatCount(row[id])}</span>,
});
const reasons = (id: 'dropped' | 'lost', header: string): Column<Books> => ({
  id,
  header,
  isNumber: true,
  value: (row) => sumReasons(row[id]),
  cell: (row) => (
    <span title={tellReasons(row[id])} className={(sumReasons(row[id]) ?? 0) > 0 ? 'text-warn' : ''}>
      {formatCount(sumReasons(row[id]))}
    </span>
  ),
});

const columns: readonly Column<Books>[] = [
  {
    id: 'producer_id',
    header: 'Producer',
    value: (row) => row.producer_id,
    cell: (row) => (
      <code className={row.producer_id === 'all' ? 'font-sans font-semibold' : 'font-mono text-xs'}>
        {row.producer_id}
      </code>
    ),
  },
  {
    id: 'issued',
    header: 'Issued',
    isNumber: true,
    hint: 'Made by the producer',
    value: (row) => row.issued,
    cell: (row) => formatCount(row.issued),
  },
  number('stored', 'Stored', 'In PostgreSQL'),
  { id: 'under_way', header: 'Under way', isNumber: true, value: underWay, cell: (row) => formatCount(underWay(row)) },
  number('dead_lettered', 'Dead letters', 'Refused by PostgreSQL; below'),
  number('rejected', 'Rejected', 'Refused at the gateway'),
  reasons('dropped', 'Dropped'),
  reasons('lost', 'Lost'),
];

/** In records: issued = stored + dead letters + rejected + dropped + lost + what is under way. */
export function Books({ delivery }: { delivery: DeliveryAnswer }) {
  const rows =
    delivery.producers.length === 0 ? [] : [{ producer_id: 'all', ...delivery.total }, ...delivery.producers];
  return (
    <TablePanel
      title="Books"
      file="books"
      columns={columns}
      rows={rows}
      rowKey={({ producer_id }) => producer_id}
      empty={
        <EmptyState title="No producer has been heard of">Its books begin with the first batch of each.</EmptyState>
      }
    />
  );
}
