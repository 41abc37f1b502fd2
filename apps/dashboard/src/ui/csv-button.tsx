import { Download } from 'lucide-react';
import { Button } from './button.tsx';
import type { Column } from './data-table.tsx';
import { download } from './download.ts';
import { toCsv } from './to-csv.ts';

/** The rows in sight as a file, every column that has a value, unrounded. */
export function CsvButton<Row>({
  name,
  columns,
  rows,
}: {
  name: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
}) {
  const save = (): void => {
    const kept = columns.filter((column) => column.value !== undefined);
    const lines = [kept.map(({ id }) => id), ...rows.map((row) => kept.map((column) => column.value?.(row)))];
    download(`${name}.csv`, new Blob([toCsv(lines)], { type: 'text/csv' }));
  };
  return (
    <Button tone="ghost" compact disabled={rows.length === 0} onClick={save}>
      <Download aria-hidden className="size-3.5" />
      CSV
    </Button>
  );
}
