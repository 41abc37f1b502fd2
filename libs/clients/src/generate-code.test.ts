import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { createManualClock } from '@telltale/testkit/manual-clock';
import { until } from '@telltale/testkit/until';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { LLMClient, type LLMClientOptions } from './llm-client.ts';
import { RunnerError } from './runner-error.ts';
import { startScriptedServer, type ScriptedServer } from './test-support/scripted-server.ts';
import { writeGeneratedFiles } from './write-generated-files.ts';

let server: ScriptedServer;
let folder = '';
let workspace = '';
beforeEach(async () => {
  server = await startScriptedServer();
  folder = mkdtempSync(join(tmpdir(), 'generated-'));
  workspace = join(folder, 'workspace');
  mkdirSync(join(workspace, '.git'), { recursive: true });
  mkdirSync(join(workspace, 'folder'));
  mkdirSync(join(folder, 'outside'));
  writeFileSync(join(workspace, 'file'), 'a file');
  writeFileSync(join(folder, 'outside/secret'), 'secret');
  symlinkSync('../outside', join(workspace, 'link'));
  symlinkSync(join(folder, 'outside'), join(workspace, 'absolute-link'));
  symlinkSync('../outside/secret', join(workspace, 'link-to-file'));
  symlinkSync('../outside/new', join(workspace, 'dangling'));
  symlinkSync('folder', join(workspace, 'inner-link'));
  linkSync(join(folder, 'outside/secret'), join(workspace, 'hard-link'));
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const completion = (content: unknown, more: object = {}) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-5-2025',
  choices: [
    {
      index: 0,
      finish_reason: 'stop',
      message: { role: 'assistant', content: typeof content === 'string' ? content : JSON.stringify(content) },
      ...more,
    },
  ],
  usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, prompt_tokens_details: { cached_tokens: 4 } },
});
const open = (more: Partial<LLMClientOptions> = {}) =>
  new LLMClient({ model: 'gpt-5', apiKey: 'k', baseUrl: `${server.url}/v1`, random: () => 0, ...more });
const failureOf = async (work: Promise<unknown>): Promise<RunnerError> => {
  const error: unknown = await work.then(
    () => null,
    (failure: unknown) => failure,
  );
  if (!(error instanceof RunnerError)) throw new Error('it did not fail as it should', { cause: error });
  return error;
};

test('an answer becomes files, with what it took', async () => {
  await using client = open();
  const files = [{ path: 'src/new.ts', content: 'export const one = 1;\n' }];
  server.script({ status: 200, json: completion({ files, explanation: 'one is new' }) });
  expect(await client.generateCode('make one', workspace, 100)).toEqual({
    files,
    explanation: 'one is new',
    model: 'gpt-5-2025',
    tokens_used: 15,
    duration_ms: expect.any(Number),
  });
  const [{ url, headers, body } = { url: '', headers: {}, body: '{}' }] = server.requests;
  expect([url, headers.authorization]).toEqual(['/v1/chat/completions', 'Bearer k']);
  expect(JSON.parse(body)).toMatchObject({
    model: 'gpt-5',
    max_completion_tokens: 100,
    response_format: { type: 'json_object' },
    messages: [{ role: 'system' }, { role: 'user', content: 'make one' }],
  });
});

test('an answer in a fence is read; what cannot be read says where, and what it began with', async () => {
  await using client = open();
  const files = [{ path: 'a', content: 'x' }];
  server.script({ status: 200, json: completion(`\`\`\`json\n${JSON.stringify({ files })}\n\`\`\``) });
  expect((await client.generateCode('p', workspace)).files).toEqual(files);
  for (const [content, words] of [
    ['Sure! Here is the code', /the answer is not JSON .*begins with "Sure! Here/],
    ['{"files": [{"path": "a", "content": "x"', /the answer is not JSON/],
    [{ files: [] }, /files/],
    [{ files: [{ path: 'a' }] }, /files\.0\.content/],
    [{ file: 'a' }, /another shape: files/],
    [[1], /another shape/],
  ] as const) {
    server.script({ status: 200, json: completion(content) });
    expect(await failureOf(client.generateCode('p', workspace))).toMatchObject({
      code: 'INVALID_RESPONSE',
      attempts: 1,
      message: expect.stringMatching(words),
    });
  }
  server.script({ status: 200, json: completion('{"files": [', { finish_reason: 'length' }) });
  expect((await failureOf(client.generateCode('p', workspace, 7))).message).toMatch(/cut at 7 tokens, raise maxTokens/);
});

const nasty: readonly string[] = [
  '',
  '/',
  '/etc/passwd',
  '//etc/passwd',
  '..',
  '../x',
  '../../etc/passwd',
  'a/../../x',
  'a/..',
  './../x',
  '.',
  './a',
  'a/./b',
  'a//b',
  'a/',
  '/a/',
  ' /../x/..',
  '..\\x',
  'a\\..\\..\\x',
  '\\\\server\\share',
  'C:\\x',
  'C:x',
  'c:/x',
  '~/x',
  '~root/.ssh/authorized_keys',
  'a\u0000b',
  'a\u0000/../x',
  'a\nb',
  'a\rb',
  'a\u001b[2Jb',
  'a\u0085b',
  '\ud800',
  '.git/hooks/post-checkout',
  '.git/config',
  '.git',
  '.GIT/config',
  '.Git/x',
  '.git./x',
  '.git /x',
  '.git. ./x',
  'git~1/config',
  'GIT~2/x',
  '.g\u200cit/config',
  '.\u200dgit/x',
  '.gi\u2060t/x',
  '\ufeff.git/x',
  'a/.git/hooks/x',
  '．git/config',
  '.git:x/y',
  '.git::$INDEX_ALLOCATION/config',
  'x'.repeat(1_001),
  `${'y'.repeat(256)}/z`,
  'link/x',
  'link/secret',
  'absolute-link/x',
  'link-to-file',
  'dangling',
  'inner-link/x',
  'file/x',
  'folder',
  'hard-link',
  'link/../x',
  'folder/../../outside/secret',
  '../workspace/../outside/secret',
  '../workspace-2/x',
];

test.each(nasty)('a file %j never leaves the workspace: nothing is written at all', async (path) => {
  await using client = open();
  const files = [
    { path: 'harmless', content: 'x' },
    { path, content: 'owned' },
  ];
  server.script({ status: 200, json: completion({ files }) });
  const error = await failureOf(client.generateCode('p', workspace));
  expect(['UNSAFE_PATH', 'INVALID_RESPONSE']).toContain(error.code);
  expect(error.attempts).toBe(1);
  expect(await failureOf(writeGeneratedFiles(workspace, files))).toMatchObject({ code: 'UNSAFE_PATH' });
  expect(existsSync(join(workspace, 'harmless'))).toBe(false);
  expect(readFileSync(join(folder, 'outside/secret'), 'utf8')).toBe('secret');
  expect(readdirSync(join(folder, 'outside'))).toEqual(['secret']);
  expect(readdirSync(folder).toSorted()).toEqual(['outside', 'workspace']);
  expect(readdirSync(join(workspace, '.git'))).toEqual([]);
});

test('files are written as a whole, into folders that are made, and keep the mode of what they replace', async () => {
  writeFileSync(join(workspace, 'run.sh'), 'old', { mode: 0o755 });
  const odd = 'odd ünïcode — name (1).txt';
  await writeGeneratedFiles(workspace, [
    { path: 'run.sh', content: 'new' },
    { path: 'deep/er/file.ts', content: 'deep' },
    { path: odd, content: '' },
    { path: '.gitignore', content: 'x' },
    { path: '.github/workflow.yml', content: 'x' },
  ]);
  expect(readFileSync(join(workspace, 'run.sh'), 'utf8')).toBe('new');
  expect(statSync(join(workspace, 'run.sh')).mode & 0o777).toBe(0o755);
  expect(readFileSync(join(workspace, 'deep/er/file.ts'), 'utf8')).toBe('deep');
  expect(readdirSync(workspace).filter((name) => name.startsWith('.telltale'))).toEqual([]);
  expect(existsSync(join(workspace, odd))).toBe(true);
});

test('two requests begin no sooner than the interval after each other, tries included', async () => {
  const clock = createManualClock();
  await using client = open({ minRequestIntervalMs: 1_000, clock });
  const json = completion({ files: [{ path: 'a', content: 'x' }] });
  server.script({ status: 200, json });
  const work = Promise.all([1, 2, 3].map(() => client.generateCode('p', workspace)));
  const seen: number[] = [];
  for (const wanted of [1, 2, 3]) {
    await until(() => server.requests.length >= wanted);
    seen.push(server.requests.length);
    clock.advance(999);
    expect(server.requests.length).toBe(wanted);
    clock.advance(1);
  }
  await work;
  expect(seen).toEqual([1, 2, 3]);
});

test('who gives up while a request waits for its turn is told ABORTED, and the request is not sent', async () => {
  const clock = createManualClock();
  await using client = open({ minRequestIntervalMs: 1_000, clock });
  server.script({ status: 200, json: completion({ files: [{ path: 'a', content: 'x' }] }) });
  await client.generateCode('p', workspace);
  const stop = new AbortController();
  const work = failureOf(client.generateCode('p', workspace, 10, stop.signal));
  stop.abort(new Error('enough'));
  expect(await work).toMatchObject({ code: 'ABORTED', operation: 'generateCode', retryable: false });
  expect(server.requests.length).toBe(1);
});

test('without a workspace nothing is asked', async () => {
  await using client = open();
  for (const path of [join(folder, 'nowhere'), join(workspace, 'file')]) {
    expect(await failureOf(client.generateCode('p', path))).toMatchObject({ code: 'REFUSED', attempts: 0 });
  }
  expect(server.requests.length).toBe(0);
});

test('each call is one service_call; each try that the provider named is an llm_call by that name', async () => {
  const records: RecordDraft[] = [];
  const sink = { record: (draft: RecordDraft) => String(records.push(draft)) };
  const { ServiceCallTracker } = await import('@telltale/sdk/metrics/service-call-tracker');
  await using client = open({ sink, tracker: new ServiceCallTracker({ sink }) });
  server.script(
    {
      status: 429,
      json: { error: { message: 'slow down', type: 'rate_limit' } },
      headers: { 'x-request-id': 'req_1' },
    },
    'reset',
    { status: 200, json: completion({ files: [{ path: 'a', content: 'x' }] }), headers: { 'x-request-id': 'req_2' } },
  );
  await client.generateCode('p', workspace);
  expect(records).toEqual([
    expect.objectContaining({
      kind: 'llm_call',
      origin: 'sdk',
      status: 'error',
      request_id: 'req_1',
      attempt: 1,
      model: 'gpt-5',
    }),
    expect.objectContaining({
      kind: 'llm_call',
      origin: 'sdk',
      status: 'ok',
      request_id: 'req_2',
      message_id: 'chatcmpl-1',
      attempt: 3,
      response_model: 'gpt-5-2025',
      input_tokens: 10,
      output_tokens: 5,
      cache_read_tokens: 4,
      stop_reason: 'stop',
    }),
    expect.objectContaining({
      kind: 'service_call',
      service_name: 'llm',
      operation: 'generateCode',
      success: true,
      category: 'llm',
      tokens_used: 15,
      model: 'gpt-5',
      request_id: 'req_2',
    }),
  ]);
});

test('key and address are those of the environment unless they are given; without a key there is no client', async () => {
  vi.stubEnv('OPENAI_API_KEY', 'of the environment');
  vi.stubEnv('OPENAI_BASE_URL', `${server.url}/v1`);
  onTestFinished(() => void vi.unstubAllEnvs());
  server.script({ status: 200, json: completion({ files: [{ path: 'a', content: 'x' }] }) });
  await using client = new LLMClient({ model: 'gpt-5' });
  await client.generateCode('p', workspace);
  expect(server.requests[0]?.headers.authorization).toBe('Bearer of the environment');
  vi.stubEnv('OPENAI_API_KEY', '');
  expect(() => new LLMClient({ model: 'gpt-5' })).toThrow('OPENAI_API_KEY');
});
