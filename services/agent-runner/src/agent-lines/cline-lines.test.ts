import { readFileSync } from 'node:fs';
import { isJson } from '@telltale/answers/json-fields';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { expect, test } from 'vitest';
import { clineModel, createClineLines, isClineLine } from './cline-lines.ts';

function read(name: string, model: string | undefined): RecordDraft[] {
  const records: RecordDraft[] = [];
  const reader = createClineLines({ emit: (record) => records.push(record), model });
  for (const text of readFileSync(new URL(`samples/${name}.jsonl`, import.meta.url), 'utf8').split('\n')) {
    const line: unknown = text === '' ? null : JSON.parse(text);
    if (isJson(line) && isClineLine(line)) reader.take(line);
  }
  reader.end();
  return records;
}

const call = {
  kind: 'llm_call',
  model: 'gpt-5',
  status: 'ok',
  origin: 'stdout',
  input_tokens: 9_000,
  output_tokens: 77,
  cache_read_tokens: 6_000,
};
const tool = {
  kind: 'tool_call',
  tool_name: 'run_commands',
  success: true,
  duration_ms: 37,
  tool_call_id: expect.stringMatching(/^call_/),
};

test("Cline's answers and tools are read as they come, of the model on the command line", () => {
  expect(clineModel(['cline', '--json', '-P', 'openai-compatible', '-m', 'gpt-5', 'do it'])).toBe('gpt-5');
  const records = read('cline', 'gpt-5');
  expect(records).toMatchObject([call, tool, call]);
  expect(records[0]).not.toHaveProperty('reported_cost_usd');
});

test('without a model on the command line the calls wait for the line that names it', () => {
  expect(read('cline', undefined)).toMatchObject([tool, call, call]);
});

test('a turn that fails is a failed call', () => {
  expect(read('cline-failed', 'gpt-5')).toMatchObject([
    { kind: 'llm_call', model: 'gpt-5', status: 'error', error_message: 'not like this' },
  ]);
});
