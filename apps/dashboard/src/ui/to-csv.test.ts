import { expect, test } from 'vitest';
import { toCsv } from './to-csv.ts';

test('fields are quoted where they must be, unknown is empty, and no text becomes a formula', () => {
  expect(
    toCsv([
      ['a', 'b'],
      ['x, "y"', null],
      ['=cmd()', -1.5],
    ]),
  ).toBe('a,b\r\n"x, ""y""",\r\n\'=cmd(),-1.5\r\n');
});
