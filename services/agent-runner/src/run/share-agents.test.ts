import { expect, test } from 'vitest';
import { startProvider } from '@telltale/testkit/fake-provider';
import { bash, node, ofKind, plainEnvironment, watchCommand } from '../test-support/watch-command.ts';

test('several agents of one process show its samples each; calls and lines are those of who is named, else the first’s', async () => {
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5',
    content: [],
    usage: { input_tokens: 3, output_tokens: 2 },
  };
  await using provider = await startProvider((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(message));
  });
  const script = `
    const ask = (more) => fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...more },
      body: JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 9, messages: [] }),
    });
    (async () => {
      await ask({});
      await ask({ 'telltale-agent': 'tester' });
      await ask({ 'telltale-agent': 'stranger' });
      console.log('[tester] one');
      console.log('tester: two');
      console.log('reviewer | three');
      console.log('stranger: four');
      console.log('five');
      await new Promise((resolve) => setTimeout(resolve, 300));
    })();`;
  const { records } = await watchCommand(node(script), {
    env: { ...plainEnvironment, ANTHROPIC_BASE_URL: provider.url },
    identity: { agent_id: 'builder', run_id: 'shared' },
    agentIds: ['tester', 'reviewer'],
    proxy: 'on',
  });
  const agents = (kind: 'process_sample' | 'llm_call' | 'run_event' | 'log_entry') =>
    ofKind(records, kind).map(({ agent_id }) => agent_id);
  const samples = ofKind(records, 'process_sample');
  for (const agent of ['builder', 'tester', 'reviewer'])
    expect(samples.filter(({ agent_id }) => agent_id === agent).map(({ memory_bytes }) => memory_bytes)).toEqual(
      samples.filter(({ agent_id }) => agent_id === 'builder').map(({ memory_bytes }) => memory_bytes),
    );
  expect(agents('llm_call')).toEqual(['builder', 'tester', 'builder']);
  expect(new Set(agents('run_event'))).toEqual(new Set(['builder']));
  expect(agents('log_entry')).toEqual(['tester', 'tester', 'reviewer', 'builder', 'builder']);
  // Who is meant is for us; the provider does not hear of it.
  expect(provider.requests.flatMap(({ headers }) => headers)).not.toContain('telltale-agent');
});

test('a call that is printed behind the name of an agent is that agent’s, whatever colour the name has', async () => {
  const assistant = (session: string, id: string): string =>
    JSON.stringify({
      type: 'assistant',
      session_id: session,
      message: { id, model: 'claude-sonnet-4-5', content: [], usage: { input_tokens: 3, output_tokens: 2 } },
    });
  const lines = [
    'Token usage: 1 inputs, 1 outputs',
    '[tester] Token usage: 2 inputs, 1 outputs',
    '\u001b[36mreviewer  | \u001b[0mToken usage: 3 inputs, 1 outputs',
    '[stranger] Token usage: 4 inputs, 1 outputs',
    `tester | ${assistant('s', 'msg_1')}`,
    `[reviewer] ${assistant('s', 'msg_2')}`,
  ];
  const { records } = await watchCommand(node(`console.log(${JSON.stringify(lines.join('\n'))})`), {
    identity: { agent_id: 'builder', run_id: 'shared' },
    agentIds: ['tester', 'reviewer'],
  });
  const calls = ofKind(records, 'llm_call').map(({ agent_id, message_id, input_tokens }) =>
    [agent_id, message_id ?? input_tokens].join(' '),
  );
  expect(calls.toSorted()).toEqual(['builder 1', 'reviewer 3', 'reviewer msg_2', 'tester 2', 'tester msg_1']);
  expect(ofKind(records, 'log_entry').map(({ agent_id }) => agent_id)).toEqual([
    'builder',
    'tester',
    'reviewer',
    'builder',
    'tester',
    'reviewer',
  ]);
});

test('a process that was started with another agent’s name in its environment makes its calls for that agent', async () => {
  await using provider = await startProvider((_request, response) => {
    const usage = { input_tokens: 3, output_tokens: 2 };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ id: 'msg_1', type: 'message', model: 'claude-sonnet-4-5', content: [], usage }));
  });
  const ask = `${process.execPath} -e 'const body = JSON.stringify({ model: "claude-sonnet-4-5", messages: [] });
    fetch(process.env.ANTHROPIC_BASE_URL + "/v1/messages", { method: "POST", body }).then((answer) => answer.text())'`;
  const { records } = await watchCommand(
    bash(`${ask}\nTELLTALE_AGENT_ID=tester ${ask}\nTELLTALE_AGENT_ID=other ${ask}`),
    {
      env: { ...plainEnvironment, ANTHROPIC_BASE_URL: provider.url },
      identity: { agent_id: 'builder', run_id: 'by-environment' },
      agentIds: ['tester'],
      proxy: 'on',
    },
  );
  expect(ofKind(records, 'llm_call').map(({ agent_id }) => agent_id)).toEqual(['builder', 'tester', 'builder']);
});
