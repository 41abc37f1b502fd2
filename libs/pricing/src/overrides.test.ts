import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { overridesFile } from '@telltale/contracts/price-rows';
import { readOverridesFile } from './read-overrides-file.ts';

async function withFile<T>(text: string, use: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'telltale-prices-'));
  try {
    const path = join(folder, 'prices.json');
    await writeFile(path, text);
    return await use(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a file is read with every field of a row', async () => {
  const row = {
    provider: 'openai',
    model: 'gpt-5',
    from: '2026-01-01',
    until: '2026-12-31T00:00:00Z',
    per_million: { input: 1.25, output: '10.00' },
    per_request: 0.001,
    tiers: [{ above_input_tokens: 200_000, per_million: { input: 2.5 } }],
    factors: { batch: 0.5, priority: '2' },
    discount: 0.1,
    source: 'contract 7',
  };
  const text = JSON.stringify({ version: 1, prices: [row], default_price: null });
  const overrides = await withFile(text, readOverridesFile);
  expect(overrides.prices[0]).toMatchObject({
    model: 'gpt-5',
    per_million: { input: '1.25', output: '10.00' },
  });
});

test('what is wrong in a file is named with its place', async () => {
  for (const text of ['{', '', 'version: 1\nprices: []', '{"version": 1, "prices": [],}'])
    await expect(withFile(text, readOverridesFile)).rejects.toThrow(/are not JSON \(.*\); a file is \{/s);
  const wrong = JSON.stringify({ version: 1, prices: [{ model: 'm', per_million: { input: '1,25' } }] });
  await expect(withFile(wrong, readOverridesFile)).rejects.toThrow(
    /prices\.0\.per_million\.input is not a non-negative/,
  );
  const twice = JSON.stringify({
    version: 1,
    prices: [
      { model: 'm', discount: 2 },
      { model: 'n', from: 'soon' },
    ],
  });
  await expect(withFile(twice, readOverridesFile)).rejects.toThrow(
    /: prices\.0\.discount is not a part from 0 to 1, .*; prices\.1\.from is not a date /,
  );
  await expect(readOverridesFile('/nowhere/prices.json')).rejects.toThrow(
    'The price overrides in /nowhere/prices.json cannot be read (ENOENT); name another file',
  );
});

test('a mark of its encoding before a file is no part of it', async () => {
  expect(await withFile('\uFEFF{"version": 1, "prices": []}', readOverridesFile)).toMatchObject({ prices: [] });
});

test.each([
  ['a misspelt class', { model: 'm', per_million: { inputs: 1 } }],
  ['a negative price', { model: 'm', per_million: { input: -1 } }],
  ['a discount over 100 %', { model: 'm', discount: 1.5 }],
  ['an end before the start', { model: 'm', from: '2026-02-01', until: '2026-01-01' }],
  ['tiers without base prices', { model: 'm', tiers: [{ above_input_tokens: 1, per_million: { input: 1 } }] }],
  ['a factor of seven decimals', { model: 'm', factors: { batch: '0.1234567' } }],
  ['no model', { per_million: { input: 1 } }],
  ['a row that says nothing', { model: 'm' }],
  ['factors of no word', { model: 'm', factors: {} }],
  ['prices of no class', { model: 'm', per_million: {} }],
  ['a price that rounds to nothing', { model: 'm', per_million: { input: 1e-13 } }],
  [
    'one threshold twice',
    {
      model: 'm',
      per_million: { input: 1 },
      tiers: [1, 2].map((input) => ({ above_input_tokens: 5, per_million: { input } })),
    },
  ],
  ['one word of a tier twice', { model: 'm', factors: { batch: 0.5, Batch: 0.6 } }],
  ['a day that does not exist', { model: 'm', from: '2026-02-30' }],
])('%s is refused', (_, row) => {
  expect(overridesFile.safeParse({ version: 1, prices: [row] }).success).toBe(false);
});
