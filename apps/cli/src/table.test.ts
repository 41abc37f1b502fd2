import { expect, test } from 'vitest';
import { formatTable } from './table.ts';
import { pageOf, type Page } from './terminal/page.ts';

const narrow = (columns: number): Page => ({ ...pageOf({}, {}), columns });

test('columns are as wide as their widest cell, numbers stand at the right, and no line ends in blanks', () => {
  const rows = [
    ['bash', '1,200', 'ok'],
    ['read file', '7', ''],
  ];
  expect(formatTable(['TOOL', { heading: 'CALLS', align: 'right' }, 'NOTE'], rows)).toBe(
    ['TOOL       CALLS  NOTE', 'bash       1,200  ok', 'read file      7', ''].join('\n'),
  );
});

test('cells of any script keep the columns straight', () => {
  const rows = [
    ['日本語', 'x'],
    ['é👩‍👩‍👧', 'y'],
  ];
  expect(formatTable(['NAME', 'B'], rows)).toBe(['NAME    B', '日本語  x', 'é👩‍👩‍👧     y', ''].join('\n'));
});

test('in a narrow terminal what may be cut gives way, what people copy never does', () => {
  const rows = [['0123456789abcdef0123', 'a long story about nothing', 'another quite long story']];
  const headings = ['ID', { heading: 'ONE', flexible: true }, { heading: 'TWO', flexible: true }];
  expect(formatTable(headings, rows, narrow(52))).toBe(
    ['ID                    ONE             TWO', '0123456789abcdef0123  a long story…   another quite…', ''].join(
      '\n',
    ),
  );
  const least = formatTable(headings, rows, narrow(10));
  expect(least.split('\n')[1]).toBe('0123456789abcdef0123  a long…   another…');
  expect(formatTable(headings, rows)).toContain('a long story about nothing  another quite long story');
});

test('where that is not enough, the lesser columns are left out, the last one first', () => {
  const headings = ['ID', { heading: 'ONE', droppable: true }, 'TWO', { heading: 'THREE', droppable: true }];
  const table = (room: number) => formatTable(headings, [['1234567890', '1', '2', '3']], narrow(room)).split('\n')[0];
  expect([table(27), table(26), table(19), table(1)]).toEqual([
    'ID          ONE  TWO  THREE',
    'ID          ONE  TWO',
    'ID          TWO',
    'ID          TWO',
  ]);
});

test('a text from an agent can neither break the line nor speak to the terminal', () => {
  const rows = [['one\ntwo\tthree', '\u001B[31mred\u001B[0m \u202Eback\u0007', 'end']];
  expect(formatTable(['A', 'B', 'C'], rows)).toBe(
    ['A              B           C', 'one two three  red \uFFFDback\uFFFD  end', ''].join('\n'),
  );
});

test('colours are for terminals alone, and never against the wish of a person', () => {
  const terminal = { isTTY: true, columns: 80 };
  const red = { text: 'x', paint: (text: string) => `<${text}>` };
  expect(formatTable(['A', 'B'], [[red, red]])).toBe('A  B\n<x>  <x>\n');
  const colored = (...args: Parameters<typeof pageOf>) => pageOf(...args).red('x') !== 'x';
  expect(colored(terminal, { TERM: 'xterm' })).toBe(true);
  expect(colored(terminal, { TERM: 'xterm', NO_COLOR: '1' })).toBe(false);
  expect(colored(terminal, { TERM: 'xterm' }, { color: false })).toBe(false);
  expect(colored(terminal, { TERM: 'dumb' })).toBe(false);
  expect(colored({ columns: 80 }, { TERM: 'xterm' })).toBe(false);
  expect([pageOf(terminal, {}).columns, pageOf({ columns: 80 }, {}).columns]).toEqual([80, undefined]);
});
