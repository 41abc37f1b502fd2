import fc from 'fast-check';
import type { RecordKind, TelemetryRecord } from '@telltale/contracts/records/record';
import { aRecord } from '@telltale/testkit/records';

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 });
const one = (prefix: string, count: number) => fc.integer({ min: 1, max: count }).map((n) => `${prefix}-${n}`);

/** Present keys only: an absent field is not an undefined one. */
const dense = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const who = fc.record({
  agent_id: one('agent', 3),
  session_id: maybe(one('session', 4)),
  run_id: maybe(one('run', 3)),
  task_id: maybe(one('task', 2)),
  user_id: maybe(one('user', 2)),
  host: maybe(one('host', 2)),
  project: maybe(one("pro'ject", 2)),
  labels: maybe(fc.constantFrom({ lane: 'a' }, { lane: 'b', other: 'x' }, { other: 'y' })),
});

const duration = maybe(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 90_000, noNaN: true })));
/** Of a call that failed; one that did not may say something too, which is no error. */
const said = maybe(fc.constantFrom('refused', 'Überlauf', 'ärgerlich', 'z'.repeat(300)));
const tokens = maybe(fc.oneof(fc.nat(5_000), fc.constant(Number.MAX_SAFE_INTEGER)));

const ofKind: [RecordKind, fc.Arbitrary<Record<string, unknown>>][] = [
  [
    'llm_call',
    fc.record({
      model: fc.constantFrom('unknown', 'small', 'large'),
      provider: maybe(fc.constantFrom('anthropic', 'openai')),
      origin: fc.constantFrom('proxy', 'otlp', 'sdk', 'stdout', 'transcript'),
      status: fc.constantFrom('ok', 'error', 'aborted'),
      input_tokens: tokens,
      output_tokens: tokens,
      cache_read_tokens: tokens,
      reasoning_tokens: tokens,
      duration_ms: duration,
      ttft_ms: duration,
      request_id: maybe(one('request', 6)),
      message_id: maybe(one('message', 6)),
    }),
  ],
  [
    'tool_call',
    fc.record({
      tool_name: one('tool', 2),
      success: fc.boolean(),
      duration_ms: duration,
      input_size_bytes: tokens,
      error_message: said,
    }),
  ],
  [
    'service_call',
    fc.record({
      service_name: fc.constantFrom('openai', 'github'),
      success: fc.boolean(),
      duration_ms: fc.double({ min: 0, max: 9_000, noNaN: true }),
      error_message: said,
    }),
  ],
  [
    'process_sample',
    fc.record({ cpu_percent: fc.double({ min: 0, max: 800, noNaN: true }), memory_bytes: fc.nat(1e9) }),
  ],
  [
    'git_activity',
    fc.record({
      operation: fc.constantFrom('commit', 'push'),
      success: fc.boolean(),
      files_changed: maybe(fc.nat(9)),
      insertions: maybe(fc.nat(900)),
    }),
  ],
  ['log_entry', fc.record({ level: fc.constantFrom('info', 'warning', 'error') })],
  ['memory_operation', fc.record({ operation: fc.constantFrom('store', 'recall'), size_bytes: tokens })],
  [
    'task_event',
    fc.record({
      status: maybe(fc.constantFrom('PENDING', 'RUNNING', 'COMPLETED', 'FAILED')),
      attempt: maybe(fc.integer({ min: 1, max: 3 })),
      error_message: maybe(one('error', 3)),
    }),
  ],
  [
    'run_event',
    fc.record({
      event: fc.constantFrom('started', 'ended', 'paused', 'resumed'),
      reason: maybe(fc.constantFrom('completed', 'lost', 'failed')),
    }),
  ],
];

/** Records of few agents within three days of `day` (epoch ms), so that they meet in the same buckets and calls. */
export const randomRecords = (day: number, maxLength: number): fc.Arbitrary<TelemetryRecord[]> => {
  const at = fc
    .integer({ min: 0, max: 3 * 24 * 60 * 4 })
    .map((quarterMinutes) => new Date(day + quarterMinutes * 15_000));
  const record = fc.oneof(
    ...ofKind.map(([kind, own]) => fc.tuple(fc.constant(kind), who, own, at, fc.uuid({ version: 7 }))),
  );
  return fc
    .array(record, { minLength: 1, maxLength })
    .map((drafts) =>
      drafts.map(([kind, common, own, time, id]) =>
        aRecord(kind, { ...dense(common), ...dense(own), id, at: time.toISOString() }),
      ),
    );
};
