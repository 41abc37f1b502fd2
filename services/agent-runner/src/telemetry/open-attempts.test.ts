import { readRequest } from '@telltale/otlp/read-request';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { expect, test } from 'vitest';
import { planTelemetry } from './plan-telemetry.ts';
import { createToldOnce } from './told-once.ts';

type Event = readonly [name: string, attributes?: Record<string, string | number>];

const asked = (id: string, more = {}): Event => ['api_request_body', { request_body_id: id, body_ref: 'x', ...more }];
const answered = (id: string, more = {}): Event => ['api_response_body', { request_body_id: id, ...more }];
const gaveUp: Event = ['api_error', { request_id: 'req_9', status_code: 400, error: 'not like this' }];
const retry: RecordDraft = {
  kind: 'llm_call',
  provider: 'anthropic',
  model: 'claude-sonnet-5',
  status: 'error',
  origin: 'stdout',
  message_id: 'attempt:printed',
  attributes: { retried: true, client_session_id: 's' },
};

const bodyOf = (events: readonly Event[]): Buffer => {
  const common = { 'session.id': 's', model: 'claude-sonnet-5', query_source: 'sdk' };
  const logRecords = events.map(([name, more = {}]) => ({
    timeUnixNano: '1795349135002000000',
    body: { stringValue: `claude_code.${name}` },
    attributes: Object.entries({ 'event.name': name, ...common, ...more }).map(([key, value]) => ({
      key,
      value: typeof value === 'number' ? { intValue: value } : { stringValue: value },
    })),
  }));
  const scope = { name: 'com.anthropic.claude_code.events' };
  return Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ scope, logRecords }] }] }));
};

/** What Claude Code's events become, each of `batches` sent by itself, after the lines that it printed. */
function toldOf(batches: readonly (readonly Event[])[], printsCalls = false, lines: readonly RecordDraft[] = []) {
  const emitted: RecordDraft[] = [];
  const told = createToldOnce((record) => emitted.push(record), { printsCalls });
  for (const line of lines) told.emit(line);
  const receivedAt = new Date().toISOString();
  for (const events of batches) {
    const reading = readRequest('logs', 'json', bodyOf(events), { receivedAt, redact: (text) => text });
    for (const { is, id, call } of reading.attempts ?? []) told.attempt({ is, id, call, session: call.session_id });
    for (const draft of reading.drafts) told.reported(draft);
  }
  const live = emitted.length;
  told.finish();
  const calls = emitted.flatMap((record) => (record.kind === 'llm_call' ? [record] : []));
  return { calls, ids: calls.map(({ message_id, request_id }) => message_id ?? request_id), live };
}

test('attempts that were made again are failed calls, at once, beside the last one, which the client itself tells', () => {
  const { calls, ids, live } = toldOf([[asked('a'), asked('b'), asked('c'), gaveUp]]);
  expect(ids).toEqual(['attempt:a', 'attempt:b', 'req_9']);
  expect(calls.map(({ status, model }) => `${status} ${model}`)).toEqual(Array(3).fill('error claude-sonnet-5'));
  expect(live).toBe(3);
  const turns = [[asked('a')], [asked('b')], [answered('b')], [asked('c')], [answered('c')]];
  expect(toldOf(turns).ids).toEqual(['attempt:a']);
});

test('of an older client that does not say which was answered it is the newest of that thread', () => {
  const answer: Event = ['api_response_body'];
  expect(toldOf([[asked('a'), answer, asked('b'), asked('c'), answer]]).ids).toEqual(['attempt:b']);
});

test('what is on its way at the end of a run is not told, and sub-agents are apart', () => {
  const one = { agent_id: 'sub-1', query_source: 'agent:builtin' };
  const other = { agent_id: 'sub-2', query_source: 'agent:builtin' };
  const { calls, ids } = toldOf([
    [asked('a'), asked('b', one), asked('c', other), asked('d', one), answered('d', one), answered('a'), asked('e')],
  ]);
  expect(ids).toEqual(['attempt:b']);
  expect(calls[0]).toMatchObject({ session_id: 's', labels: { sub_agent: 'sub-1' } });
});

test('where the client prints them they are told once, and those that it does not print at the end', () => {
  const events = [[asked('a'), asked('b'), asked('c'), answered('c')]];
  expect(toldOf(events, true, [retry])).toMatchObject({ ids: ['attempt:printed', 'attempt:a'], live: 1 });
  expect(toldOf(events, true, [retry, retry]).ids).toEqual(['attempt:printed', 'attempt:printed']);
  expect(toldOf([[asked('a'), answered('a')]], true).ids).toEqual([]);
});

test('what one conversation prints is not taken for an attempt of another', () => {
  const events = ['s', 'other'].flatMap((session): Event[] => {
    const of = { 'session.id': session };
    const [first, second] = [`${session}-1`, `${session}-2`];
    return [asked(first, of), asked(second, of), answered(second, of)];
  });
  expect(toldOf([events], true, [retry]).ids).toEqual(['attempt:printed', 'attempt:other-1']);
});

test('the client is asked to say so without keeping a text, unless the person has its events sent already', () => {
  const variables = (env: Record<string, string> = {}) =>
    planTelemetry({ argv: ['claude'], cwd: '/', env, telltaleUrl: undefined }).lead('http://127.0.0.1:1/s').variables;
  expect(variables()).toMatchObject({ OTEL_LOG_RAW_API_BODIES: 'file:/dev/null/none' });
  expect(variables({ OTEL_LOG_RAW_API_BODIES: '1' })).not.toHaveProperty('OTEL_LOG_RAW_API_BODIES');
  const mine = { CLAUDE_CODE_ENABLE_TELEMETRY: '1', OTEL_LOGS_EXPORTER: 'otlp' };
  expect(variables(mine)).not.toHaveProperty('OTEL_LOG_RAW_API_BODIES');
});
