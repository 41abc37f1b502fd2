import { expect, test } from 'vitest';
import { z } from 'zod';
import { overridesFile } from './price-rows.ts';

test('what was read of an overrides file can be an answer, and is the same when it is read again', () => {
  const read = overridesFile.parse({
    version: 1,
    prices: [
      { model: 'house-model', per_million: { input: 0.25, output: '2.5' }, per_request: 1, factors: { batch: 0.5 } },
    ],
    default_price: { per_million: { input: 1 } },
  });
  expect(read.prices[0]?.per_million).toEqual({ input: '0.25', output: '2.5' });
  expect(z.encode(overridesFile, read)).toEqual(read);
  expect(overridesFile.parse(z.encode(overridesFile, read))).toEqual(read);
});
