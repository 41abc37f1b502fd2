import {
  createSortedRowModel,
  rowSortingFeature,
  sortFn_basic,
  tableFeatures,
  useTable,
  type ColumnDef,
  type SortingState,
} from '@tanstack/react-table';
import { ChevronDown, ChevronUp } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import type { CsvCell } from './to-csv.ts';

/** One column: how a row is shown, what it is sorted by (and exported as), and what the column means. */
export type Column<Row> = {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  value?: (row: Row) => CsvCell;
  /** Numbers stand right, so that their digits line up. */
  isNumber?: boolean;
  /** In words, for a name that is not plain. */
  hint?: string;
  /** Left out where there is little room. */
  isWide?: boolean;
  /** Left out on a phone, so that what one came for is in sight. */
  isMinor?: boolean;
};

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { basic: sortFn_basic },
});

const toDefinition = <Row extends object>(column: Column<Row>): ColumnDef<typeof features, Row> => ({
  id: column.id,
  header: column.header,
  accessorFn: (row: Row) => column.value?.(row) ?? undefined,
  enableSorting: column.value !== undefined,
  sortFn: 'basic',
  sortUndefined: 'last',
  sortDescFirst: column.isNumber === true,
});

const hiddenOn = ({ isWide, isMinor }: { isWide?: boolean; isMinor?: boolean }): string =>
  isWide === true ? 'max-lg:hidden' : isMinor === true ? 'max-md:hidden' : '';

const sides = { ascending: ChevronUp, descending: ChevronDown } as const;

/** A table whose heads sort it. Rows keep the order they came in until one is chosen. */
export function DataTable<Row extends object>({
  label,
  columns,
  rows,
  rowKey,
  isBounded = false,
}: {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** Scrolls within itself, its head staying in sight: for tables among other things. */
  isBounded?: boolean;
}) {
  const [sorting, setSorting] = useState<SortingState>([]);
  const definitions = useMemo(() => columns.map(toDefinition), [columns]);
  const data = useMemo(() => [...rows], [rows]);
  const table = useTable({
    features,
    columns: definitions,
    data,
    getRowId: rowKey,
    state: { sorting },
    onSortingChange: setSorting,
  });
  const side = (id: string): 'ascending' | 'descending' | undefined => {
    const found = sorting.find((sort) => sort.id === id);
    return found === undefined ? undefined : found.desc ? 'descending' : 'ascending';
  };

  return (
    <div
      className={isBounded ? 'max-h-96 overflow-auto' : 'overflow-x-auto'}
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      <table className="w-full border-collapse text-sm">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr>
            {columns.map((column) => {
              const sorted = side(column.id);
              const Icon = sorted === undefined ? null : sides[sorted];
              return (
                <th
                  key={column.id}
                  scope="col"
                  title={column.hint}
                  aria-sort={sorted}
                  className={`${isBounded ? 'sticky top-0 z-10 bg-panel' : ''} border-b border-line px-2 py-1.5 whitespace-nowrap first:pl-4 last:pr-4 ${column.isNumber ? 'text-right' : 'text-left'} ${hiddenOn(column)}`}
                >
                  {column.value === undefined ? (
                    <span className="caps">{column.header}</span>
                  ) : (
                    <button
                      type="button"
                      className="caps inline-flex items-center gap-0.5 hover:text-ink"
                      onClick={() => table.getColumn(column.id)?.toggleSorting()}
                    >
                      {column.header}
                      {Icon === null ? null : <Icon aria-hidden className="size-3" />}
                    </button>
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {table.getRowModel().rows.map((row) => (
            <tr key={row.id} className="border-b border-line/60 last:border-0 hover:bg-raised/60">
              {columns.map((column) => (
                <td
                  key={column.id}
                  className={`px-2 py-1.5 align-top first:pl-4 last:pr-4 max-md:whitespace-nowrap ${column.isNumber ? 'nums text-right whitespace-nowrap' : ''} ${hiddenOn(column)}`}
                >
                  {column.cell(row.original)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
