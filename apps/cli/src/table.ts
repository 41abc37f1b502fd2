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
  /** Left out, the last one first, where the table is too wide even so. */
  droppable?: boolean;
}

const gap = '  ';
const narrowest = 8;

/** Columns as wide as their widest cell, two blanks between, a heading line; for people, not for parsing. */
export function formatTable(
  headings: readonly (string | Column)[],
  rows: readonly (readonly Cell[])[],
  page: Page = plainPage,
): string {
  const all = headings.map((heading): Column => (typeof heading === 'string' ? { heading } : heading));
  const texts = rows.map((row) => all.map((_, index) => oneLine(textOf(row[index] ?? ''))));
  const shown = choose(all, texts, page.columns);
  const pick = <T>(row: readonly T[]): T[] => shown.flatMap((index) => row.slice(index, index + 1));
  const [columns, cells, painted] = [pick(all), texts.map(pick), rows.map(pick)];
  const widths = fit(columns, cells, page.columns);
  const line = (row: readonly string[], paint: (text: string, index: number) => string): string =>
    columns
      .map(({ align }, index) => {
        const text = cutText(row[index] ?? '', widths[index] ?? 0);
        const room = ' '.repeat(Math.max(0, (widths[index] ?? 0) - widthOf(text)));
        const cell = paint(text, index);
        // No blanks after the last column.
        if (align === 'right') return room + cell;
        return index === columns.length - 1 ? cell : cell + room;
      })
      .join(gap)
      .trimEnd();
  const head = line(
    columns.map(({ heading }) => heading),
    page.bold,
  );
  const body = cells.map((row, number) => line(row, (text, index) => paintOf(painted[number]?.[index])(text)));
  return `${[head, ...body].join('\n')}\n`;
}

const textOf = (cell: Cell): string => (typeof cell === 'string' ? cell : cell.text);
const paintOf = (cell: Cell | undefined): ((text: string) => string) =>
  cell === undefined || typeof cell === 'string' ? (text) => text : cell.paint;

const widthsOf = (columns: readonly Column[], cells: readonly (readonly string[])[]): number[] =>
  columns.map(({ heading }, index) => Math.max(widthOf(heading), ...cells.map((row) => widthOf(row[index] ?? ''))));

const sum = (widths: readonly number[]): number =>
  widths.reduce((all, width) => all + width, 0) + gap.length * (widths.length - 1);

/** How narrow a column may become. */
const leastOf = ({ heading, flexible }: Column, width: number): number =>
  flexible === true ? Math.min(width, Math.max(narrowest, widthOf(heading))) : width;

/** Which columns find room when each is as narrow as it may be. */
function choose(columns: readonly Column[], cells: readonly (readonly string[])[], room: number | undefined): number[] {
  const least = widthsOf(columns, cells).map((width, index) => leastOf(columns[index] ?? { heading: '' }, width));
  const shown = columns.map((_, index) => index);
  while (room !== undefined && sum(shown.map((index) => least[index] ?? 0)) > room) {
    const last = shown.findLastIndex((index) => columns[index]?.droppable === true);
    if (last === -1) break;
    shown.splice(last, 1);
  }
  return shown;
}

/** As wide as needed; where that is too wide, the widest flexible columns give way, one cell at a time. */
function fit(columns: readonly Column[], cells: readonly (readonly string[])[], room: number | undefined): number[] {
  const widths = widthsOf(columns, cells);
  let excess = room === undefined ? 0 : sum(widths) - room;
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
  columns.forEach((column, index) => {
    const width = widths[index] ?? 0;
    if (width <= leastOf(column, width)) return;
    if (found === -1 || width > (widths[found] ?? 0)) found = index;
  });
  return found;
}
