import type { ReactNode } from 'react';
import { CsvButton } from './csv-button.tsx';
import { DataTable, type Column } from './data-table.tsx';
import { Panel } from './panel.tsx';

/** A table in a panel, with its download; `empty` is what stands there without rows. */
export function TablePanel<Row extends object>({
  title,
  file,
  columns,
  rows,
  rowKey,
  empty,
  tools,
  isBounded = false,
}: {
  title: string;
  /** Name of the download, without ending. */
  file: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  empty: ReactNode;
  tools?: ReactNode;
  isBounded?: boolean;
}) {
  const save = <CsvButton name={file} columns={columns} rows={rows} />;
  return (
    <Panel
      title={title}
      flush
      tools={
        <>
          {tools}
          {save}
        </>
      }
    >
      {rows.length === 0 ? (
        empty
      ) : (
        <DataTable label={title} columns={columns} rows={rows} rowKey={rowKey} isBounded={isBounded} />
      )}
    </Panel>
  );
}
