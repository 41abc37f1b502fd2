import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { expect, test } from 'vitest';
import { createToldOnce } from './told-once.ts';

const counter = (process: string | undefined, { minute = 0, model = 'm' } = {}): RecordDraft => ({
  kind: 'metric',
  at: new Date(Date.UTC(2026, 10, 21, 0, minute)).toISOString(),
  name: 'gen_ai.client.token.usage',
  value: 9,
  temporality: 'delta',
  attributes: {
    'gen_ai.token.type': 'input',
    'gen_ai.request.model': model,
    ...(process !== undefined && { process }),
  },
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
  // Of each minute and model there is a sum of its own.
  for (const process of ['p1', undefined]) {
    expect(tokensOf(counter(process), counter(process, { minute: 1 }))).toBe(18);
    expect(tokensOf(counter(process), counter(process, { model: 'other' }))).toBe(18);
    expect(tokensOf(counter(process), counter(process, { minute: 1 }), call(process))).toBe(5);
  }
});

test('a use of a tool that is printed under an id and reported under none is one, whoever comes first', () => {
  type From = 'printed' | 'reported';
  const toolsOf = (...uses: readonly (readonly [From, string | undefined])[]): number => {
    let tools = 0;
    const told = createToldOnce((record) => (tools += record.kind === 'tool_call' ? 1 : 0));
    for (const [from, id] of uses) {
      const use: RecordDraft = {
        kind: 'tool_call',
        tool_name: 'Bash',
        success: true,
        ...(id !== undefined && { tool_call_id: id }),
      };
      if (from === 'printed') told.emit(use);
      else told.reported(use);
    }
    told.finish();
    return tools;
  };
  expect(toolsOf(['printed', 'a'], ['reported', undefined])).toBe(1);
  expect(toolsOf(['reported', undefined], ['printed', 'a'])).toBe(1);
  expect(toolsOf(['printed', 'a'], ['reported', undefined], ['reported', undefined])).toBe(2);
  expect(toolsOf(['printed', 'a'], ['printed', 'b'], ['reported', undefined])).toBe(2);
  // Where telemetry tells the same ids, one without is another's.
  expect(toolsOf(['printed', 'a'], ['reported', 'a'], ['reported', undefined])).toBe(2);
  expect(toolsOf(['reported', 'a'], ['printed', 'a'])).toBe(1);
});
