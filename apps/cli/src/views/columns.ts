import { formatCount } from '@telltale/contracts/format/count';
import type { Cell, Column } from '../table.ts';
import type { Page } from '../terminal/page.ts';

/** A column of numbers. */
export const numbers = (heading: string): Column => ({ heading, align: 'right' });

/** A column that gives way in a narrow terminal. */
export const words = (heading: string): Column => ({ heading, flexible: true });

/** A column that is left out where there is no room for it. */
export const lesser = (column: Column): Column => ({ ...column, droppable: true });

/** How many failed; red where some did. */
export const failures = (count: number, page: Page): Cell =>
  count === 0 ? '0' : { text: formatCount(count), paint: page.red };
