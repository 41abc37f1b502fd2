import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { expect, test } from 'vitest';
import { startProvider } from '@telltale/testkit/fake-provider';
import { answers } from '@telltale/testkit/provider-answers';
import { bash, node, ofKind, plainEnvironment, watchCommand } from '../test-support/watch-command.ts';

const newId = createUuidV7();
/** A program that makes a call as an SDK does and prints what its client was told. */
const caller = (lines: readonly string[] = []): string[] =>
  node(`
    const base = process.env.ANTHROPIC_BASE_URL;
    const body = JSON.stringify({ model: 'claude-sonnet-4-5', stream: true, messages: [{ role: 'user', content: 'hi' }] });
    const answer = await fetch(base + '/v1/messages', { method: 'POST', body });
    await answer.text();
    for (const line of ${JSON.stringify(lines)}) console.log(line);
  `);

const provide = () =>
  startProvider((_request, response) => {
    response.writeHead(200, { 'request-id': 'req_fake_1' });
    response.end(answers.anthropicStream.body);
  });

test('with --proxy the calls of a program go to where they went, and are metered', async () => {
  await using provider = await provide();
  const said: string[] = [];
  const env = { ...plainEnvironment, ANTHROPIC_BASE_URL: provider.url };
  const { result, records } = await watchCommand(caller(), { env, proxy: 'on', say: (line) => said.push(line) });
  expect(result.exitCode).toBe(0);
  expect(provider.requests.map(({ url }) => url)).toEqual(['/v1/messages']);
  expect(ofKind(records, 'llm_call')).toEqual([
    expect.objectContaining({
      origin: 'proxy',
      model: 'claude-sonnet-4-5',
      input_tokens: 20012,
      run_id: records[0]?.run_id,
    }),
  ]);
  expect(said).toEqual(['calls to models go through the metering proxy of this run']);
  expect(ofKind(records, 'run_event')[0]?.attributes).toMatchObject({ metered: 'anthropic openai gemini' });
});

test('with --proxy it is said where no call came that way', async () => {
  const said: string[] = [];
  await watchCommand(node(''), { env: plainEnvironment, proxy: 'on', say: (line) => said.push(line) });
  expect(said).toEqual([
    'calls to models go through the metering proxy of this run',
    'the metering proxy counted no call: what takes the address of its models from files of its own goes past it',
  ]);
});

test('with --no-proxy, and where its environment names no provider, a program is left alone', async () => {
  await using provider = await provide();
  const named = { ...plainEnvironment, ANTHROPIC_BASE_URL: provider.url };
  for (const [proxy, env] of [
    ['off', named],
    ['auto', plainEnvironment],
  ] as const) {
    const said: string[] = [];
    const { records } = await watchCommand(['env'], { env, proxy, say: (line) => said.push(line) });
    const lines = ofKind(records, 'log_entry').map(({ message }) => message);
    const bases = lines.filter((line) => /^(?:ANTHROPIC|OPENAI|GOOGLE_GEMINI)_BASE_URL=/.test(line));
    expect(bases).toEqual(env === named ? [`ANTHROPIC_BASE_URL=${provider.url}`] : []);
    expect(said).toEqual([]);
  }
});

test('where a limit holds its calls they go through the proxy whatever was asked, and it is said', async () => {
  const said: string[] = [];
  const { stdout } = await watchCommand(bash('echo $ANTHROPIC_BASE_URL'), {
    proxy: 'off',
    limits: { tokens: 1_000 },
    say: (line) => said.push(line),
  });
  expect(stdout.toString()).toMatch(/^http:\/\/127\.0\.0\.1:/);
  expect(said).toEqual([expect.stringContaining('whatever --no-proxy says')]);
});

test('a program that nobody knows is metered by default, for the provider that its environment names', async () => {
  await using provider = await provide();
  const said: string[] = [];
  const env = { ...plainEnvironment, ANTHROPIC_BASE_URL: provider.url };
  const { records } = await watchCommand(caller(), { env, say: (line) => said.push(line) });
  expect(ofKind(records, 'llm_call')).toMatchObject([{ origin: 'proxy', input_tokens: 20012 }]);
  expect(provider.requests).toHaveLength(1);
  expect(ofKind(records, 'run_event')[0]?.attributes).toMatchObject({ metered: 'anthropic' });
  expect(said).toEqual([
    'calls to models go through the metering proxy of this run (anthropic), as nothing else tells of them; --no-proxy leaves them alone',
  ]);
});

test('what the program prints of a metered call carries its ids, and sums without ids are not told again', async () => {
  await using provider = await provide();
  const env = { ...plainEnvironment, ANTHROPIC_BASE_URL: provider.url };
  const session = { session_id: 's-1' };
  const usage = {
    input_tokens: 12,
    cache_read_input_tokens: 18000,
    cache_creation_input_tokens: 2000,
    output_tokens: 1,
  };
  const lines = [
    {
      type: 'assistant',
      ...session,
      request_id: 'req_fake_1',
      message: { id: 'msg_1', model: 'claude-sonnet-4-5', usage, content: [] },
    },
    {
      type: 'result',
      ...session,
      modelUsage: {
        'claude-sonnet-4-5': {
          inputTokens: 12,
          outputTokens: 42,
          cacheReadInputTokens: 18000,
          cacheCreationInputTokens: 2000,
        },
        'claude-haiku-4-5': { inputTokens: 300, outputTokens: 10 },
      },
    },
    { type: 'turn.completed', usage: { input_tokens: 5, output_tokens: 5 } },
  ].map((line) => JSON.stringify(line));
  const { records } = await watchCommand(caller(lines), {
    env,
    proxy: 'on',
    identity: { agent_id: 'a', run_id: newId() },
  });
  expect(
    ofKind(records, 'llm_call').map(({ origin, message_id, request_id }) => [origin, message_id, request_id]),
  ).toEqual([
    ['proxy', 'msg_1', 'req_fake_1'],
    ['stdout', 'msg_1', 'req_fake_1'],
  ]);
  const without = await watchCommand(node(`for (const line of ${JSON.stringify(lines)}) console.log(line)`));
  expect(ofKind(without.records, 'llm_call')).toHaveLength(3);
});
