import { cutText, widthOf } from './terminal/cut-text.ts';
import { oneLine } from './terminal/one-line.ts';
import { plainPage, type Page } from './terminal/page.ts';

/** A cell is a text of any origin, or one with a colour. */
export type Cell = string | { text: string; paint: (text: string) => string };

export interface Column {
  heading: string;
  /** Numbers stand at the right. */
  align?: 'right';
  /** May be cut where the table is wider than the terminal. Never set it for what people copy, such as an id. */
  flexible?: boolean;
}

const gap = '  ';
const narrowest = 8;

/** Columns as wide as their widest cell, two blanks between, a heading line; for people, not for parsing. */
export function formatTable(
  headings: readonly (string | Column)[],
  rows: readonly (readonly Cell[])[],
  page: Page = plainPage,
): string {
  const columns = headings.map((heading): Column => (typeof heading === 'string' ? { heading } : heading));
  const cells = rows.map((row) => columns.map((_, index) => oneLine(textOf(row[index] ?? ''))));
  const widths = fit(columns, cells, page.columns);
  const line = (texts: readonly string[], paint: (text: string, index: number) => string): string =>
    columns
      .map(({ align }, index) => {
        const text = cutText(texts[index] ?? '', widths[index] ?? 0);
        const room = ' '.repeat(Math.max(0, (widths[index] ?? 0) - widthOf(text)));
        const painted = paint(text, index);
        // No blanks after the last column.
        if (align === 'right') return room + painted;
        return index === columns.length - 1 ? painted : painted + room;
      })
      .join(gap)
      .trimEnd();
  const head = line(
    columns.map(({ heading }) => heading),
    page.bold,
  );
  const body = cells.map((texts, row) => line(texts, (text, index) => paintOf(rows[row]?.[index])(text)));
  return `${[head, ...body].join('\n')}\n`;
}

const textOf = (cell: Cell): string => (typeof cell === 'string' ? cell : cell.text);
const paintOf = (cell: Cell | undefined): ((text: string) => string) =>
  cell === undefined || typeof cell === 'string' ? (text) => text : cell.paint;

/** As wide as needed; where that is too wide, the widest flexible columns give way, one cell at a time. */
function fit(columns: readonly Column[], cells: readonly (readonly string[])[], room: number | undefined): number[] {
  const widths = columns.map(({ heading }, index) =>
    Math.max(widthOf(heading), ...cells.map((row) => widthOf(row[index] ?? ''))),
  );
  if (room === undefined) return widths;
  let excess = widths.reduce((sum, width) => sum + width, 0) + gap.length * (columns.length - 1) - room;
  while (excess > 0) {
    const index = widest(columns, widths);
    if (index === -1) break;
    widths[index] = (widths[index] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

/** The widest column that may still be cut; -1 when there is none. */
function widest(columns: readonly Column[], widths: readonly number[]): number {
  let found = -1;
  columns.forEach(({ heading, flexible }, index) => {
    const width = widths[index] ?? 0;
    if (flexible !== true || width <= Math.max(narrowest, widthOf(heading))) return;
    if (found === -1 || width > (widths[found] ?? 0)) found = index;
  });
  return found;
}
