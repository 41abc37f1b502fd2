import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { expect, test } from 'vitest';
import { createToldOnce } from './told-once.ts';

const counter = (process: string | undefined): RecordDraft => ({
  kind: 'metric',
  at: '2026-11-21T00:00:00.000Z',
  name: 'gen_ai.client.token.usage',
  value: 9,
  temporality: 'delta',
  attributes: { 'gen_ai.token.type': 'input', ...(process !== undefined && { process }) },
});
const call = (process: string | undefined): RecordDraft => ({
  kind: 'llm_call',
  model: 'm',
  status: 'ok',
  origin: 'otlp',
  input_tokens: 5,
  ...(process !== undefined && { attributes: { process } }),
});

test('what one process of a run counts stands beside the calls that another one tells of', () => {
  const tokensOf = (...records: readonly RecordDraft[]): number => {
    let sum = 0;
    const told = createToldOnce((record) => (sum += record.kind === 'llm_call' ? (record.input_tokens ?? 0) : 0));
    for (const record of records) told.reported(record);
    told.finish();
    return sum;
  };
  expect(tokensOf(counter('p1'), counter('p2'), call('p2'))).toBe(14);
  expect(tokensOf(counter('p1'), call(undefined))).toBe(5);
  expect(tokensOf(counter(undefined), call('p2'))).toBe(5);
  expect(tokensOf(counter('p1'), counter('p2'))).toBe(18);
});
