import { EventEmitter } from 'node:events';
import { createManualClock } from '@telltale/testkit/manual-clock';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RecordDraft } from '../recorder/draft.ts';
import { MetricsCollector, type MetricsCollectorDeps } from './metrics-collector.ts';

function setUp(deps: Partial<MetricsCollectorDeps> = {}) {
  const drafts: RecordDraft[] = [];
  const clock = createManualClock();
  const emitter = new EventEmitter();
  const collector = new MetricsCollector({
    sink: {
      record(draft) {
        drafts.push(draft);
        return 'id';
      },
    },
    clock,
    ...deps,
  });
  const detach = collector.attach(emitter);
  return { drafts, clock, emitter, collector, detach };
}

test('an LLM call is reported once it ended, with what only its start knew', () => {
  const { drafts, emitter, clock } = setUp();
  emitter.emit('ai_call_start', { model: 'claude', thread_id: 't1', message_count: 4, tool_count: 2, call_id: 'c1' });
  clock.advance(500);
  expect(drafts).toEqual([]);
  emitter.emit('ai_call_end', {
    model: 'claude',
    thread_id: 't1',
    input_tokens: 10,
    output_tokens: 3,
    stop_reason: 'end_turn',
    duration_ms: 480.5,
    call_id: 'c1',
  });
  expect(drafts).toEqual([
    {
      kind: 'llm_call',
      model: 'claude',
      origin: 'sdk',
      status: 'ok',
      session_id: 't1',
      input_tokens: 10,
      output_tokens: 3,
      stop_reason: 'end_turn',
      duration_ms: 480.5,
      message_count: 4,
      tool_count: 2,
    },
  ]);
});

test('calls in flight are matched by id whatever their order, without one first in, first out per thread and name', () => {
  const { drafts, emitter, clock } = setUp();
  const start = (name: string, more: object = {}) => emitter.emit('tool_start', { name, input: {}, ...more });
  const end = (name: string, more: object = {}) => emitter.emit('tool_end', { name, result: {}, ...more });
  start('bash', { tool_use_id: 'a' });
  clock.advance(10);
  start('bash', { tool_use_id: 'b' });
  clock.advance(10);
  start('bash', { thread_id: 'x' });
  clock.advance(10);
  start('bash', { thread_id: 'y' });
  clock.advance(10);
  start('grep', { thread_id: 'y' });
  clock.advance(10);
  end('bash', { tool_use_id: 'a' });
  end('bash', { thread_id: 'y' });
  end('grep', { thread_id: 'y' });
  end('bash', { tool_use_id: 'b' });
  end('bash');
  end('bash');
  const seen = drafts.map((draft) => draft.kind === 'tool_call' && [draft.session_id, draft.duration_ms]);
  expect(seen).toEqual([
    ['default', 50],
    ['y', 20],
    ['y', 10],
    ['default', 40],
    ['x', 30],
    ['default', undefined],
  ]);
});

test('a result with an error is a failure, and its message is found where it stands', () => {
  const { drafts, emitter } = setUp();
  const results = [
    { error: 'no such file' },
    { status: 'error', message: 'timed out' },
    { status: 'error' },
    { error: { message: 'deep' } },
    new Error('thrown'),
    { status: 'ok', error: null },
    'plain text',
  ];
  for (const result of results) emitter.emit('tool_end', { name: 'read', result, duration_ms: 1 });
  expect(drafts.map((draft) => draft.kind === 'tool_call' && [draft.success, draft.error_message])).toEqual([
    [false, 'no such file'],
    [false, 'timed out'],
    [false, 'Unknown error'],
    [false, 'deep'],
    [false, 'thrown'],
    [true, undefined],
    [true, undefined],
  ]);
});

test('previews leave only through a redactor; sizes always do', () => {
  const event = { name: 'bash', input: { command: 'echo secret' }, result: 'secret', duration_ms: 1 };
  const plain = setUp();
  plain.emitter.emit('tool_end', event);
  expect(plain.drafts[0]).not.toHaveProperty('input_preview');
  expect(plain.drafts[0]).toMatchObject({ input_size_bytes: 25, output_size_bytes: 6 });
  const redacting = setUp({ redact: (text) => text.replaceAll('secret', '‹redacted:test›') });
  redacting.emitter.emit('tool_end', event);
  expect(redacting.drafts[0]).toMatchObject({
    input_preview: '{"command":"echo ‹redacted:test›"}',
    output_preview: '‹redacted:test›',
  });
});

test('tokens that an event does not give are absent, not 0', () => {
  const { drafts, emitter } = setUp();
  emitter.emit('ai_call_end', { thread_id: 't', input_tokens: null, output_tokens: -1 });
  expect(drafts).toEqual([{ kind: 'llm_call', model: 'unknown', origin: 'sdk', status: 'ok', session_id: 't' }]);
});

test('no event can make the emitter’s code throw', () => {
  const { emitter } = setUp();
  const names = fc.constantFrom('ai_call_start', 'ai_call_end', 'tool_start', 'tool_end');
  fc.assert(
    fc.property(names, fc.anything(), (name, event) => {
      emitter.emit(name, event);
    }),
  );
});

test('a field that throws when it is read says nothing, and the call is reported all the same', () => {
  const { drafts, emitter } = setUp();
  const throwing = {
    get error(): string {
      throw new Error('not yet');
    },
  };
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  for (const result of [throwing, proxy]) emitter.emit('tool_end', { name: 'bash', result, duration_ms: 1 });
  emitter.emit(
    'ai_call_end',
    Object.defineProperty({ model: 'claude' }, 'input_tokens', { get: () => throwing.error }),
  );
  emitter.emit('tool_end', proxy);
  expect(drafts).toMatchObject([
    { tool_name: 'bash', success: true, duration_ms: 1 },
    { tool_name: 'bash', success: true, duration_ms: 1 },
    { kind: 'llm_call', model: 'claude' },
    { tool_name: 'unknown' },
  ]);
});

test('after detaching nothing is heard, and no listener is left', () => {
  const { drafts, emitter, detach } = setUp();
  detach();
  emitter.emit('tool_end', { name: 'bash', result: {}, duration_ms: 1 });
  expect(drafts).toEqual([]);
  expect(emitter.eventNames()).toEqual([]);
});

test('questions need an API and say so', () => {
  const { collector } = setUp();
  expect(() => collector.getSummary()).toThrow(/api: is needed/);
});

test('numbers are names too: of threads, calls and uses of tools', () => {
  const { drafts, emitter } = setUp();
  emitter.emit('ai_call_start', { model: 'claude', thread_id: 42, call_id: 7, tool_count: 1 });
  emitter.emit('ai_call_start', { model: 'claude', thread_id: 43, call_id: 8, tool_count: 2 });
  emitter.emit('ai_call_end', { model: 'claude', thread_id: 43, call_id: 8 });
  emitter.emit('tool_end', { name: 'bash', result: {}, duration_ms: 3, thread_id: 42n, tool_use_id: 0 });
  expect(drafts).toMatchObject([
    { session_id: '43', tool_count: 2 },
    { session_id: '42', tool_call_id: '0' },
  ]);
});
