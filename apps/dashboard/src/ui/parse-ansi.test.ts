import { expect, test } from 'vitest';
import { parseAnsi } from './parse-ansi.ts';

test('a line is shown in its colours, as text only', () => {
  expect(parseAnsi('\u001b[1;31mred\u001b[0m <b>plain</b>')).toEqual([
    { text: 'red', className: 'text-bad font-semibold' },
    { text: ' <b>plain</b>', className: '' },
  ]);
  expect(parseAnsi('\u001b[38;5;2mgreen\u001b[39m')[0]?.className).toBe('text-good');
  expect(parseAnsi('\u001b[38;2;250;10;10mred')[0]?.className).toBe('text-bad');
});

test('what moves a cursor or names a window is left out, and of a line written over the last state is shown', () => {
  const textOf = (line: string): string =>
    parseAnsi(line)
      .map(({ text }) => text)
      .join('');
  expect(textOf('\u001b]0;title\u0007a\u001b[2Kb\u001b[10;4Hc')).toBe('abc');
  expect(textOf('10 %\r50 %\r100 %\r')).toBe('100 %');
});
