import { createManualClock } from '@telltale/testkit/manual-clock';
import { expect, test } from 'vitest';
import type { RecordDraft } from '../recorder/draft.ts';
import { categoryOf, ServiceCallMetrics } from './service-call-metrics.ts';
import { ServiceCallTracker } from './service-call-tracker.ts';

test('LLM services are told apart by name, unless the caller says what they are', () => {
  for (const name of ['OpenAI', 'my-claude-proxy', 'AWS Bedrock', 'gpt-gateway', 'local LLM', 'Ollama', 'gemini']) {
    expect(categoryOf(name)).toBe('llm');
  }
  for (const name of ['github', 'task-registry', 's3', 'postgres']) expect(categoryOf(name)).toBe('external');
  const tracker = new ServiceCallTracker();
  tracker.recordCall({ serviceName: 'openai', operation: 'files', durationMs: 1, success: true, category: 'external' });
  expect(tracker.getLlmCalls()).toEqual([]);
  expect(tracker.getExternalServiceCalls()).toHaveLength(1);
});

test('statistics count both kinds apart, in seconds', () => {
  const tracker = new ServiceCallTracker();
  const llm = { serviceName: 'anthropic', operation: 'messages' };
  tracker.recordCall({ ...llm, durationMs: 1_500, success: true, metadata: { tokens_used: 120, model: 'claude' } });
  tracker.recordCall({ ...llm, durationSeconds: 0.5, success: false, errorMessage: 'overloaded' });
  tracker.recordCall({ serviceName: 'github', operation: 'get', durationMs: 250, success: true });
  expect(tracker.getAllStatistics()).toEqual({
    total_calls: 3,
    llm: {
      total_calls: 2,
      successful_calls: 1,
      failed_calls: 1,
      total_duration_seconds: 2,
      avg_duration_seconds: 1,
      total_tokens_used: 120,
      by_service: {
        anthropic: { calls: 2, successes: 1, failures: 1, total_duration_seconds: 2, avg_duration_seconds: 1 },
      },
    },
    external: {
      total_calls: 1,
      successful_calls: 1,
      failed_calls: 0,
      total_duration_seconds: 0.25,
      by_service: {
        github: { calls: 1, successes: 1, failures: 0, total_duration_seconds: 0.25, avg_duration_seconds: 0.25 },
      },
    },
  });
  expect(new ServiceCallTracker().getLlmStatistics()).toMatchObject({ total_calls: 0, avg_duration_seconds: null });
});

test('with a sink each call is also a record', () => {
  const drafts: RecordDraft[] = [];
  const sink = { record: (draft: RecordDraft) => String(drafts.push(draft)) };
  const tracker = new ServiceCallTracker({ sink, clock: createManualClock() });
  tracker.recordCall({
    serviceName: 'openai',
    operation: 'chat',
    durationMs: 12,
    success: false,
    errorMessage: 'no',
    metadata: { tokens_used: 7, model: 'gpt-5', other: 1 },
  });
  expect(drafts).toEqual([
    {
      kind: 'service_call',
      service_name: 'openai',
      operation: 'chat',
      duration_ms: 12,
      success: false,
      category: 'llm',
      at: '2026-01-01T00:00:00.000Z',
      error_message: 'no',
      tokens_used: 7,
      model: 'gpt-5',
    },
  ]);
});

test('a call survives JSON', () => {
  const call = new ServiceCallMetrics(
    { serviceName: 's3', operation: 'put', durationMs: 3.5, success: true, metadata: { bytes: 9 } },
    '2026-01-01T00:00:00.000Z',
  );
  expect(ServiceCallMetrics.fromJSON(JSON.stringify(call))).toEqual(call);
  expect(ServiceCallMetrics.fromJSON(call.toJSON())).toEqual(call);
  expect(() => ServiceCallMetrics.fromJSON({ ...call.toJSON(), operation: 3, success: undefined })).toThrow(
    new TypeError('a service call is not as toJSON gave it: operation is not a text, success is needed'),
  );
  for (const text of ['{', ''])
    expect(() => ServiceCallMetrics.fromJSON(text)).toThrow(/is not JSON; give what toJSON/);
});

test('a call that says nothing of its duration, a negative one or no name is refused, naming the field', () => {
  const tracker = new ServiceCallTracker();
  const call = { serviceName: 'github', operation: 'get', success: true };
  const untyped = (given: object): (() => unknown) => Reflect.apply.bind(null, tracker.recordCall, tracker, [given]);
  expect(untyped(call)).toThrow('neither durationMs nor durationSeconds');
  expect(untyped({ ...call, durationMs: -1 })).toThrow('durationMs of a service call is -1');
  expect(untyped({ ...call, durationSeconds: Number.NaN })).toThrow('durationSeconds of a service call is NaN');
  expect(untyped({ ...call, durationMs: null })).toThrow('durationMs of a service call is null');
  expect(untyped({ durationMs: 1 })).toThrow('serviceName of a service call is not a text');
  expect(untyped({ ...call, operation: '', durationMs: 1 })).toThrow('operation of a service call is not a text');
  expect(untyped({ ...call, success: 'yes', durationMs: 1 })).toThrow('success of a service call is not true or false');
  expect(tracker.getAllStatistics().total_calls).toBe(0);
  tracker.recordCall({ ...call, durationMs: 0 });
  expect(tracker.getExternalServiceStatistics()).toMatchObject({ total_calls: 1, total_duration_seconds: 0 });
});

test('a service may have any name', () => {
  const tracker = new ServiceCallTracker();
  tracker.recordCall({ serviceName: '__proto__', operation: 'get', durationMs: 1_000, success: true });
  const { by_service } = tracker.getExternalServiceStatistics();
  expect(Object.entries(by_service).map(([name, { calls }]) => [name, calls])).toEqual([['__proto__', 1]]);
});
