import { expect, test } from 'vitest';
import { tokenClasses } from './token-classes.ts';

const one = (name: string, value: number | null) => ({ name, values: [value] });

test('classes do not overlap: together they are input and output', () => {
  const { series } = tokenClasses({
    times: [0],
    series: [one('in', 100), one('read', 60), one('write', 10), one('out', 40), one('reasoning', 15)],
  });
  expect(series.map(({ name, values }) => [name, values[0]])).toEqual([
    ['Fresh input', 30],
    ['Cache read', 60],
    ['Cache write', 10],
    ['Output', 25],
    ['Reasoning', 15],
  ]);
});

test('what is not known stays unknown', () => {
  const { series } = tokenClasses({ times: [0], series: [one('in', null)] });
  expect(series.map(({ values }) => values[0])).toEqual([null, null, null, null, null]);
});
