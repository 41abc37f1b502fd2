import { type Cell } from './table.ts';
import { oneLine } from './terminal/one-line.ts';
import type { Page } from './terminal/page.ts';

/** One thing and what is known of it: a label and a value a line. */
export function formatFields(fields: readonly (readonly [label: string, value: Cell])[], page: Page): string {
  const width = Math.max(...fields.map(([label]) => label.length));
  return fields
    .map(([label, value]) => {
      const text = oneLine(typeof value === 'string' ? value : value.text);
      const painted = typeof value === 'string' ? text : value.paint(text);
      return `${page.dim(label.padEnd(width))}  ${painted}\n`;
    })
    .join('');
}
