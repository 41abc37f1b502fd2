import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { expect, test } from 'vitest';
import { createGeminiLines } from './gemini-lines.ts';
import { createOpencodeLines, isOpencodeLine } from './opencode-lines.ts';

test('the lines of opencode tell of each answer and each tool', () => {
  const records: RecordDraft[] = [];
  const lines = createOpencodeLines({ emit: (record) => records.push(record), model: 'anthropic/claude-sonnet-4-5' });
  const told = [
    {
      type: 'tool_use',
      sessionID: 'ses_1',
      part: {
        type: 'tool',
        tool: 'bash',
        callID: 'toolu_1',
        state: { status: 'completed', input: { command: 'ls' }, output: 'a\n', time: { start: 1_000, end: 1_050 } },
      },
    },
    {
      type: 'step_finish',
      sessionID: 'ses_1',
      part: {
        reason: 'stop',
        cost: 0.01,
        tokens: { input: 12, output: 42, reasoning: 0, cache: { read: 18_000, write: 2_000 } },
      },
    },
    { type: 'error', sessionID: 'ses_1', error: { name: 'APIError', data: { message: 'no' } } },
  ];
  for (const line of told) {
    expect(isOpencodeLine(line)).toBe(true);
    lines.take(line);
  }
  expect(records).toMatchObject([
    { kind: 'tool_call', tool_name: 'bash', tool_call_id: 'toolu_1', success: true, duration_ms: 50 },
    {
      kind: 'llm_call',
      provider: 'anthropic',
      model: 'claude-sonnet-4-5',
      input_tokens: 20_012,
      output_tokens: 42,
      reported_cost_usd: 0.01,
    },
    { kind: 'llm_call', status: 'error', error_type: 'APIError', error_message: 'no' },
  ]);
  expect(isOpencodeLine({ type: 'error', message: 'of another program' })).toBe(false);
});

test('the result that Gemini CLI prints over several lines tells of its sums or of its failure', () => {
  const records: RecordDraft[] = [];
  const lines = createGeminiLines({ emit: (record) => records.push(record), model: 'gemini-2.5-pro' });
  const print = (value: object): void => {
    for (const line of JSON.stringify(value, null, 2).split('\n')) lines.takeText(line);
  };
  print({ session_id: 's', error: { type: 'Error', message: 'not like this', code: 400 } });
  const tokens = { input: 300, prompt: 900, candidates: 44, total: 977, cached: 600, thoughts: 33, tool: 0 };
  print({ session_id: 's', response: 'hi', stats: { models: { 'gemini-2.5-pro': { tokens } } } });
  print({ some: 'other', object: { error: 1 } });
  expect(records).toMatchObject([
    { status: 'error', provider: 'google', error_type: 'http_400', error_message: 'not like this' },
    { status: 'ok', model: 'gemini-2.5-pro', input_tokens: 900, cache_read_tokens: 600, output_tokens: 77 },
  ]);
});
