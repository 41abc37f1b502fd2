import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { expect, test } from 'vitest';
import { createToldOnce } from '../telemetry/told-once.ts';
import { createCodexText } from './codex-text.ts';

/** What becomes of lines on stderr, after what telemetry reported. */
function callsOf(argv: readonly string[], lines: readonly string[], reported: readonly RecordDraft[] = []) {
  const emitted: RecordDraft[] = [];
  const told = createToldOnce((record) => emitted.push(record));
  const text = createCodexText({ argv, emit: told.emit });
  for (const record of reported) told.reported(record);
  for (const line of lines) text.take(line);
  text.end();
  told.finish();
  return emitted.flatMap((record) => (record.kind === 'llm_call' ? [record] : []));
}

const refused = 'ERROR: {"type":"error","error":{"type":"invalid_request_error","message":"not like this"}}\n';
const codex = ['codex', 'exec', '-m', 'gpt-5', 'hi'];

test('a turn of Codex that failed without JSON is a failed call, and the same word twice is one', () => {
  expect(callsOf(codex, ['user\n', 'hi\n', refused, refused])).toMatchObject([
    { status: 'error', model: 'gpt-5', error_message: refused.slice('ERROR: '.length).trimEnd() },
  ]);
});

test('what a command printed, or what was asked, is no failure of Codex', () => {
  const pip = ['exec\n', "bash -lc 'pip install x'\n", 'ERROR: No matching distribution found for x\n'];
  expect(callsOf(codex, ['user\n', 'ERROR: build failed, fix it\n', ...pip, 'codex\n', 'There is none.\n'])).toEqual(
    [],
  );
});

test('each answer that broke off is one, as is the failure after the last', () => {
  const calls = callsOf(codex, ['ERROR: Reconnecting... 1/5\n', 'ERROR: Reconnecting... 2/5\n', refused, refused]);
  expect(calls.map(({ error_type }) => error_type)).toEqual(['retried', 'retried', undefined]);
});

test('of failures that telemetry tells some of, the others are told', () => {
  const failed: RecordDraft = { kind: 'llm_call', model: 'gpt-5', status: 'error', origin: 'otlp' };
  const lines = ['ERROR: Reconnecting... 1/5\n', 'ERROR: Reconnecting... 2/5\n', refused];
  expect(callsOf(codex, lines, [failed, failed]).map(({ origin }) => origin)).toEqual(['otlp', 'otlp', 'stdout']);
});

test('nothing is told twice: not what telemetry tells, nor what JSON does, nor what others print', () => {
  const failed: RecordDraft = { kind: 'llm_call', model: 'gpt-5', status: 'error', origin: 'otlp' };
  expect(callsOf(codex, [refused], [failed])).toMatchObject([{ origin: 'otlp' }]);
  expect(callsOf(['codex', 'exec', '--json', 'hi'], [refused])).toEqual([]);
  expect(callsOf(['make'], [refused])).toEqual([]);
});
