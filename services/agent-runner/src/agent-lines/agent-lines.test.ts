import { readFileSync } from 'node:fs';
import { systemClock } from '@telltale/runtime/clock';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { describe, expect, test } from 'vitest';
import { ofKind } from '../test-support/watch-command.ts';
import { createOutputReader } from '../output/output-reader.ts';
import { isClaudeLine } from './claude-lines.ts';

/** Everything that the reader makes of an output, in pieces of an odd size. */
function readOutput(output: Buffer, argv: readonly string[] = ['claude']): RecordDraft[] {
  const records: RecordDraft[] = [];
  const reader = createOutputReader({
    argv,
    orchestrator: false,
    clock: systemClock,
    emit: (record) => records.push(record),
    onGitText: () => undefined,
  });
  const splitter = reader.splitterFor('stdout');
  for (let at = 0; at < output.length; at += 977) splitter.push(output.subarray(at, at + 977));
  splitter.end();
  reader.end();
  return records;
}

const sample = (name: string): Buffer => readFileSync(new URL(`samples/${name}.jsonl`, import.meta.url));
const withoutPartials = (output: Buffer): Buffer =>
  Buffer.from(
    output
      .toString('utf8')
      .split('\n')
      .filter((line) => !line.includes('"stream_event"'))
      .join('\n'),
  );

function totals(records: readonly RecordDraft[]) {
  const sum = { calls: 0, input: 0, output: 0, read: 0, write5m: 0, write1h: 0 };
  for (const call of ofKind(records, 'llm_call')) {
    sum.calls += 1;
    sum.input += call.input_tokens ?? 0;
    sum.output += call.output_tokens ?? 0;
    sum.read += call.cache_read_tokens ?? 0;
    sum.write5m += call.cache_write_5m_tokens ?? 0;
    sum.write1h += call.cache_write_1h_tokens ?? 0;
  }
  return sum;
}

describe('Claude Code', () => {
  test('an answer that broke off is an attempt, and the totals hold what was told of it, not what the client guessed', () => {
    const records = readOutput(sample('claude-cut'));
    expect(totals(records)).toMatchObject({ input: 40_024, output: 43, read: 36_000, write5m: 3_000, write1h: 1_000 });
    expect(ofKind(records, 'llm_call').filter(({ status }) => status === 'error')).toMatchObject([
      { message_id: 'attempt:bcab977a-0e87-4fca-856b-76fe5c86e8f7', attributes: { retried: true } },
    ]);
  });

  test('each message is one call with its final usage, when partial messages are printed', () => {
    const calls = ofKind(readOutput(sample('claude-stream')), 'llm_call');
    expect(
      calls.map(({ message_id, model, input_tokens, output_tokens, stop_reason }) => [
        message_id,
        model,
        input_tokens,
        output_tokens,
        stop_reason,
      ]),
    ).toEqual([
      ['msg_fake1', 'claude-sonnet-4-5', 20_012, 42, 'tool_use'],
      ['msg_fake2', 'claude-sonnet-4-5', 20_012, 42, 'end_turn'],
    ]);
    expect(calls[0]).toMatchObject({
      cache_read_tokens: 18_000,
      cache_write_5m_tokens: 1_500,
      cache_write_1h_tokens: 500,
      request_id: 'req_fake_1',
      ttft_ms: 71,
      tool_calls: 1,
    });
  });

  test('without partial messages a call has no guessed output, and the sum is still the client’s own', () => {
    const records = readOutput(withoutPartials(sample('claude-stream')));
    expect(totals(records)).toEqual({
      calls: 2,
      input: 40_024,
      output: 84,
      read: 36_000,
      write5m: 3_000,
      write1h: 1_000,
    });
    expect(ofKind(records, 'llm_call')[0]).not.toHaveProperty('output_tokens');
  });

  test('calls that a subagent made unseen are in the sum', () => {
    const records = readOutput(sample('claude-subagent'));
    expect(totals(records)).toEqual({
      calls: 4,
      input: 4 * 20_012,
      output: 168,
      read: 72_000,
      write5m: 6_000,
      write1h: 2_000,
    });
    const ofSub = records.filter(({ attributes }) => attributes?.['client_agent_id'] === 'a5128a63ff534abd9');
    expect(ofSub).toHaveLength(2);
    expect(ofSub).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          message_id: 'msg_fake2',
          attributes: expect.objectContaining({ client_agent_name: 'general-purpose' }),
        }),
        expect.objectContaining({ tool_call_id: 'toolu_fake2' }),
      ]),
    );
  });

  test('a lone result is one call per model, with the cost that the client reports', () => {
    const [call, ...more] = ofKind(readOutput(sample('claude-json')), 'llm_call');
    expect(more).toEqual([]);
    expect(call).toMatchObject({
      model: 'claude-haiku-5-5',
      input_tokens: 20_012,
      output_tokens: 42,
      reported_cost_usd: 0.0004897,
    });
  });

  test('a failed call is an error, whatever the subtype of the result says', () => {
    const calls = ofKind(readOutput(sample('claude-error')), 'llm_call');
    expect(calls).toHaveLength(2);
    expect(calls[0]).toMatchObject({ status: 'error', attempt: 1, error_type: 'overloaded' });
    expect(calls[1]).toMatchObject({
      status: 'error',
      model: 'claude-opus-4-5',
      error_type: 'overloaded_error',
      attempt: 2,
      request_id: 'req_fake_2',
      attributes: { status_code: 529 },
    });
  });

  test('tools are paired with their results', () => {
    expect(ofKind(readOutput(sample('claude-stream')), 'tool_call')).toEqual([
      expect.objectContaining({
        tool_name: 'Bash',
        tool_call_id: 'toolu_fake1',
        success: true,
        duration_ms: 82,
        output_preview: 'hello-from-tool',
      }),
    ]);
  });

  test('lines that tell of usage have the source llm, and all lines are kept in order', () => {
    const logs = ofKind(readOutput(sample('claude-stream')), 'log_entry');
    expect(logs.map(({ line }) => line)).toEqual(logs.map((_, index) => index + 1));
    expect(logs.filter(({ source }) => source === 'llm').length).toBeGreaterThanOrEqual(6);
    expect(logs.some(({ source }) => source === 'stdout')).toBe(true);
  });

  test('an output that stops in the middle still tells of the calls it printed', () => {
    const lines = withoutPartials(sample('claude-stream')).toString('utf8').split('\n');
    const cut = Buffer.from(lines.slice(0, -2).join('\n'));
    expect(totals(readOutput(cut))).toMatchObject({ calls: 2, input: 40_024, output: 0 });
  });
});

describe('Codex', () => {
  test('a turn is one call with the turn’s usage, of the model on the command line', () => {
    const records = readOutput(sample('codex'), ['codex', 'exec', '--json', '-m', 'gpt-5', 'do it']);
    expect(ofKind(records, 'llm_call')).toEqual([
      expect.objectContaining({
        model: 'gpt-5',
        input_tokens: 18_000,
        cache_read_tokens: 12_000,
        output_tokens: 154,
        reasoning_tokens: 66,
        status: 'ok',
      }),
    ]);
    expect(ofKind(records, 'tool_call')).toEqual([
      expect.objectContaining({ tool_name: 'shell', success: true, output_preview: 'hello-from-tool\n' }),
    ]);
  });

  test('a failed turn is a failed call', () => {
    const [call, ...more] = ofKind(readOutput(sample('codex-failed'), ['codex']), 'llm_call');
    expect(more).toEqual([]);
    expect(call).toMatchObject({ status: 'error', model: 'unknown' });
    expect(call?.error_message).toContain('high demand');
  });
});

test('other JSON is a log line and nothing else', () => {
  const records = readOutput(Buffer.from('{"type":"result","x":1}\n[1,2]\n{"level":"warn","msg":"x"}\n{broken\n'));
  expect(records.map(({ kind }) => kind)).toEqual(['log_entry', 'log_entry', 'log_entry', 'log_entry']);
  expect(ofKind(records, 'log_entry').map(({ level }) => level)).toEqual(['info', 'info', 'warning', 'info']);
});

test('lines of Qwen Code, which look like those of Claude Code, are not taken for them', () => {
  const session_id = 's';
  const usage = { input_tokens: 9_000, output_tokens: 77, cache_read_input_tokens: 6_000, total_tokens: 9_077 };
  expect(isClaudeLine({ type: 'assistant', session_id, message: { id: 'm', model: 'gpt-5', usage } })).toBe(false);
  expect(isClaudeLine({ type: 'result', session_id, is_error: false, usage })).toBe(false);
  const nothing = { input_tokens: 0, output_tokens: 0 };
  expect(isClaudeLine({ type: 'assistant', session_id, message: { id: 'm', usage: nothing } })).toBe(false);
  expect(
    isClaudeLine({ type: 'result', session_id, is_error: true, usage: { ...nothing, cache_creation_input_tokens: 0 } }),
  ).toBe(true);
  expect(isClaudeLine({ type: 'result', session_id, is_error: false, usage: { input_tokens: 12 } })).toBe(true);
});
