import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LLMClient } from '@telltale/clients/llm-client';
import { startScriptedServer, type ScriptedServer } from '@telltale/clients/test-support/scripted-server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { builtInCrews } from '../crews/built-in-crews.ts';
import { generate } from './generate.ts';
import { injectionCorpus } from '../tasks/injection-corpus.fixture.ts';
import { findTestCommand } from './run-tests.ts';

let server: ScriptedServer;
let folder = '';
let workspace = '';
let events: [string, Readonly<Record<string, unknown>>][];
let uploads: [string, string][];
let said: string[];
const env = { PATH: process.env['PATH'], HOME: '/nonexistent', SECRET_KEY: 'must stay here' };
const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@telltale.invalid', ...args], {
    cwd: workspace,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();

beforeEach(async () => {
  server = await startScriptedServer();
  [events, uploads, said] = [[], [], []];
  folder = mkdtempSync(join(tmpdir(), 'codegen-'));
  workspace = join(folder, 'slot');
  mkdirSync(workspace);
  git('init', '-q', '-b', 'main');
  writeFileSync(join(workspace, 'add.mjs'), 'export const add = (a, b) => a - b;\n');
  writeFileSync(
    join(workspace, 'check.mjs'),
    "import { add } from './add.mjs';\nif (add(2, 3) !== 5) { console.error('2 + 3 is', add(2, 3)); process.exit(7); }\n" +
      "if (process.env.SECRET_KEY) { console.error('a secret'); process.exit(8); }\n",
  );
  git('add', '.');
  git('commit', '-qm', 'one');
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const answer = (files: { path: string; content: string }[]) => ({
  status: 200,
  json: {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-5',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: JSON.stringify({ files }) } }],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  },
});
const right = answer([{ path: 'add.mjs', content: 'export const add = (a, b) => a + b;\n' }]);
const wrong = answer([{ path: 'add.mjs', content: 'export const add = (a, b) => a * b;\n' }]);

type Asked = { prompt?: string; commit_message?: string };
async function run(inputs: Asked = {}, tests: string[] | null = ['node', 'check.mjs']): Promise<boolean> {
  await using llm = new LLMClient({ model: 'gpt-5', apiKey: 'k', baseUrl: `${server.url}/v1`, random: () => 0 });
  return await generate(
    {
      llm,
      registry: {
        addEvent: async (task_id, event_type, data) => {
          events.push([event_type, data]);
          return { id: 'e', task_id, event_type, at: '' };
        },
      },
      store: {
        uploadText: async (type, text) => {
          uploads.push([type, text]);
          return { uri: 'artifact:x', size_bytes: text.length, sha256: '' };
        },
      },
      workspace,
      testsOf: () => tests,
      env,
      say: (line) => void said.push(line),
    },
    {
      task_id: 't',
      run_id: 'r',
      agent_id: 'coder',
      session_id: null,
      inputs: { prompt: 'Make the check pass\nplease', ...inputs },
    },
  );
}

test('what the tests accept is committed; the model saw the repository and, when it was wrong, the failed tests', async () => {
  server.script(wrong, right);
  expect(await run()).toBe(true);
  expect(git('log', '--format=%s|%an', '-1')).toBe('Make the check pass|Telltale codegen');
  expect(git('status', '--porcelain')).toBe('');
  expect(readFileSync(join(workspace, 'add.mjs'), 'utf8')).toContain('a + b');
  const prompts = server.requests.map(({ body }) => JSON.parse(body).messages[1].content as string);
  expect(prompts[0]).toContain('--- add.mjs\nexport const add = (a, b) => a - b;');
  expect(prompts[0]).not.toContain('The tests fail');
  expect(prompts[1]).toContain('The tests fail:\n2 + 3 is 6');
  expect(events.map(([type, data]) => [type, data['round'] ?? null, data['passed'] ?? null])).toEqual([
    ['files_written', 1, null],
    ['tests', 1, false],
    ['files_written', 2, null],
    ['tests', 2, true],
    ['commit', null, null],
  ]);
  expect(uploads.map(([type, text]) => [type, JSON.parse(text).passed])).toEqual([['test_result', true]]);
});

test('tests that go on failing end it after three rounds, with their result and without a commit', async () => {
  server.script(wrong);
  expect(await run()).toBe(false);
  expect(server.requests.length).toBe(3);
  expect(git('log', '--format=%s')).toBe('one');
  expect(JSON.parse(uploads[0]?.[1] ?? '{}')).toMatchObject({ passed: false, exit_code: 7, output: '2 + 3 is 6\n' });
});

test('a file outside the slot ends it before anything is written or run', async () => {
  server.script(answer([{ path: '../outside', content: 'x' }]));
  await expect(run()).rejects.toMatchObject({ code: 'UNSAFE_PATH' });
  expect(existsSync(join(folder, 'outside'))).toBe(false);
  expect([events, git('status', '--porcelain')]).toEqual([[], '']);
});

test('a program for the tests that is not there is a failed test, not a crash', async () => {
  server.script(right);
  expect(await run({}, ['/no/such/program', '; touch canary'])).toBe(false);
  expect(uploads[0]?.[1]).toContain('could not be started');
  expect(existsSync(join(workspace, 'canary'))).toBe(false);
});

test('what a task says becomes a question and a message, whatever it says, and the subject is never empty', async () => {
  const canary = join(folder, 'canary');
  const corpus = injectionCorpus(canary);
  const options = corpus.filter((text) => text.startsWith('-'));
  expect(options.length).toBeGreaterThan(10);
  for (const [index, text] of [corpus.join('\n'), ...options].entries()) {
    server.script(answer([{ path: 'add.mjs', content: `// ${index}\n` }]));
    expect(await run({ prompt: text, commit_message: text }, null)).toBe(true);
    expect(git('log', '--format=%B', '-1')).toContain(text.split('\n', 1)[0]?.trim());
  }
  for (const [index, prompt] of ['\n\n  Fix it\nplease', ' \n '].entries()) {
    server.script(answer([{ path: 'add.mjs', content: `// again ${index}\n` }]));
    expect(await run({ prompt, commit_message: ' ' }, null)).toBe(true);
    expect(git('log', '--format=%s', '-1')).toBe(['Fix it', 'A generated change'][index]);
  }
  expect(existsSync(canary)).toBe(false);
});

test('no input of the built-in crews chooses a program', () => {
  expect(builtInCrews()['codegen']?.inputs).toMatchObject({ prompt: { type: 'string', required: true } });
  expect(Object.keys(builtInCrews()['codegen']?.inputs ?? {})).toEqual(['prompt', 'model', 'commit_message']);
});

test('the test command is the repository’s own', () => {
  expect(findTestCommand(workspace)).toBeNull();
  writeFileSync(join(workspace, 'Makefile'), 'all:\n\ntest: all\n\techo\n');
  expect(findTestCommand(workspace)).toEqual(['make', 'test']);
  writeFileSync(join(workspace, 'package.json'), '{"scripts":{"test":"node check.mjs"}}');
  expect(findTestCommand(workspace)).toEqual(['npm', 'test', '--silent']);
  writeFileSync(join(workspace, 'package.json'), '{');
  expect(findTestCommand(workspace)).toEqual(['make', 'test']);
});
