import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { findTranscripts } from '../find-transcripts.ts';
import { sourcesOf } from '../kinds.ts';
import { readLines } from '../read-lines.ts';
import type { Json } from '@telltale/answers/json-fields';
import { readClaude } from './claude.ts';
import { readCodex } from '@telltale/agent-runner/transcripts/read-codex';
import type { Entry } from './transcript.ts';

const home = join(import.meta.dirname, '../samples/home');
const transcripts = await findTranscripts(sourcesOf({ HOME: home }));

async function read(
  part: string,
  about?: Json,
): Promise<{ entries: Entry[]; records: RecordDraft[]; session: string | undefined }> {
  const found = transcripts.find(({ path }) => path.includes(part));
  if (found === undefined) throw new Error(`no sample ${part}`);
  const reader = found.kind.read({ file: found.file, about, redact: (text) => text });
  const entries: Entry[] = [];
  for await (const line of readLines(found.path)) {
    const entry = reader.take(line);
    if (entry !== null) entries.push(entry);
  }
  return { entries, records: entries.flatMap(({ records }) => records), session: reader.session() };
}

const claudeCall = {
  kind: 'llm_call',
  provider: 'anthropic',
  model: 'claude-sonnet-5',
  input_tokens: 20_012,
  output_tokens: 42,
  cache_read_tokens: 18_000,
  cache_write_5m_tokens: 1_500,
  cache_write_1h_tokens: 500,
  project: 'work',
};

test('the transcripts of all three clients are found where they keep them, those of sub-agents too', () => {
  expect(transcripts.map(({ kind }) => kind.name)).toEqual(['claude', 'claude', 'claude', 'codex', 'gemini']);
});

test("Claude Code's calls and tools are read with ids, times and the session", async () => {
  const { records, session } = await read('017172dc');
  expect(session).toBe('017172dc-b36a-4ec6-80bd-90f903a75794');
  expect(records).toMatchObject([
    { ...claudeCall, session_id: session, request_id: expect.stringMatching(/^req_/), stop_reason: 'tool_use' },
    { kind: 'tool_call', tool_name: 'Bash', success: true, session_id: session, output_preview: 'hello-from-tool' },
    { ...claudeCall, session_id: session, stop_reason: 'end_turn' },
  ]);
});

test('a failed answer is told by the id of its line and by the provider’s own word, older versions’ too', () => {
  const reader = readClaude({ redact: (text) => text, about: undefined });
  const failed = (uuid: string, text: string, more: Json = {}): object | undefined =>
    reader.take({
      type: 'assistant',
      uuid,
      sessionId: 's2',
      requestSessionId: 's1',
      timestamp: '2026-03-01T12:00:00Z',
      isApiErrorMessage: true,
      message: { id: 'm', model: '<synthetic>', content: [{ type: 'text', text }] },
      ...more,
    })?.records[0];
  const overloaded = 'API Error: 529 {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}';
  expect([
    failed('u1', 'API Error: 400 no', { requestId: 'req_1', error: 'unknown', apiErrorType: 'invalid_request_error' }),
    failed('u2', overloaded, { error: 'server_error' }),
    failed('u3', 'API Error: 529 Overloaded', { error: 'server_error' }),
    failed('u4', 'API Error: Connection error.', { error: 'unknown' }),
  ]).toMatchObject([
    { session_id: 's1', error_type: 'invalid_request_error', request_id: 'req_1', message_id: 'line:u1' },
    { session_id: 's1', error_type: 'overloaded_error', message_id: 'line:u2' },
    { session_id: 's1', error_type: 'http_529', message_id: 'line:u3' },
    { session_id: 's1', error_type: 'unknown', message_id: 'line:u4' },
  ]);
});

test('what a fork copied belongs to the conversation that it is of, with its tools; what follows is its own', () => {
  const reader = readClaude({ redact: (text) => text, about: undefined });
  const answer = (uuid: string, id: string, content: Json[], more: Json = {}): Json => {
    const message = {
      id,
      model: 'claude-sonnet-5',
      role: 'assistant',
      content,
      usage: { input_tokens: 1, output_tokens: 2 },
    };
    return { type: 'assistant', uuid, sessionId: 'fork', timestamp: '2026-11-22T12:36:28.128Z', message, ...more };
  };
  const use = { type: 'tool_use', id: 'toolu_1', name: 'Bash', input: { command: 'true' } };
  const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'done' }] };
  const lines: Json[] = [
    answer('u1', 'msg_1', [use], { requestSessionId: 'original' }),
    { type: 'user', uuid: 'u2', sessionId: 'fork', timestamp: '2026-11-22T12:36:28.262Z', message: result },
    answer('u3', 'msg_2', []),
  ];
  const records = lines.flatMap((line) => reader.take(line)?.records ?? []);
  expect(records.map(({ kind, session_id }) => [kind, session_id])).toEqual([
    ['llm_call', 'original'],
    ['tool_call', 'original'],
    ['llm_call', 'fork'],
  ]);
});

test('searches of the web that an answer made stand with its call', () => {
  const usage = { input_tokens: 1, output_tokens: 2, server_tool_use: { web_search_requests: 3 } };
  const message = { id: 'msg_1', model: 'claude-sonnet-5', content: [], usage };
  const line = { type: 'assistant', uuid: 'u', version: '2.1', timestamp: '2026-11-22T12:36:28.128Z', message };
  const entry = readClaude({ redact: (text) => text, about: undefined }).take(line);
  expect(entry?.records).toMatchObject([{ attributes: { client_version: '2.1', web_searches: 3 } }]);
});

test("a sub-agent's transcript belongs to the session of its parent", async () => {
  const { records } = await read('subagents', { agentType: 'Explore' });
  expect(records).toMatchObject([
    {
      ...claudeCall,
      session_id: '844b6f5c-c47c-4395-9c18-de8f8973850d',
      attributes: { client_agent_id: 'a2e5d571d7026d322', client_agent_name: 'Explore' },
      labels: { sub_agent: 'a2e5d571d7026d322' },
    },
  ]);
});

test("Codex's answers are read by their ids and not again by the running total", async () => {
  const { records } = await read('rollout');
  const call = {
    kind: 'llm_call',
    model: 'gpt-5',
    input_tokens: 9_000,
    cache_read_tokens: 6_000,
    output_tokens: 77,
    reasoning_tokens: 33,
  };
  expect(records).toMatchObject([
    { ...call, message_id: 'resp_1795293823001' },
    { kind: 'tool_call', tool_name: 'exec_command', success: true },
    { ...call, message_id: 'resp_1795293823002' },
  ]);
});

test("an older rollout's running total is taken apart, and one that is told twice counts once", async () => {
  const codex = transcripts.find(({ kind }) => kind.name === 'codex');
  const reader = codex?.kind.read({ file: 'f', redact: (text) => text });
  const line = (input: number) => ({
    type: 'event_msg',
    timestamp: '2026-01-01T00:00:00.000Z',
    payload: { type: 'token_count', info: { total_token_usage: { input_tokens: input, output_tokens: input / 10 } } },
  });
  const calls = [1_000, 1_000, 2_500, 300].map((total) => reader?.take(line(total))?.records[0]);
  expect(calls.map((call) => (call?.kind === 'llm_call' ? [call.input_tokens, call.output_tokens] : null))).toEqual([
    [1_000, 100],
    null,
    [1_500, 150],
    [300, 30],
  ]);
});

test("Gemini's message that is written twice is one call, and its tool is told when it is done", async () => {
  const { records, entries } = await read('session-2026');
  expect(new Set(entries.map(({ line }) => line)).size).toBe(entries.length);
  const call = {
    kind: 'llm_call',
    model: 'gemini-2.5-pro',
    input_tokens: 900,
    output_tokens: 77,
    cache_read_tokens: 600,
  };
  expect(records).toMatchObject([
    call,
    { kind: 'tool_call', tool_name: 'run_shell_command', success: true, output_preview: 'hello-from-tool' },
    call,
  ]);
});

test("the rollout of Codex's sub-agent belongs to the conversation that started it", () => {
  const reader = readCodex({ redact: (text) => text });
  const line = (type: string, payload: Json): Entry | null =>
    reader.take({ timestamp: '2026-11-22T09:39:03.108Z', ordinal: 1, type, payload });
  const source = { subagent: { thread_spawn: { parent_thread_id: 'root', depth: 1, agent_nickname: 'Pauli' } } };
  line('session_meta', { id: 'own', session_id: 'root', parent_thread_id: 'root', agent_nickname: 'Pauli', source });
  line('session_meta', { id: 'root', cwd: '/home/me/work' });
  const entry = line('token_usage_record', { response_id: 'r', usage: { input_tokens: 10, output_tokens: 2 } });
  expect(reader.session()).toBe('root');
  expect(entry?.records).toMatchObject([
    {
      kind: 'llm_call',
      session_id: 'root',
      labels: { sub_agent: 'own' },
      attributes: { client_agent_id: 'own', client_agent_name: 'Pauli' },
    },
  ]);
});
