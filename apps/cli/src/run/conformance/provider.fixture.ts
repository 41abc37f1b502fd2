import { startProvider } from '@telltale/testkit/fake-provider';

const anAnswer = JSON.stringify({
  id: 'msg_1',
  type: 'message',
  model: 'claude-sonnet-4-5',
  content: [],
  usage: { input_tokens: 20, output_tokens: 50 },
});

/** A provider whose every answer is 70 tokens long. */
export const provide = () =>
  startProvider((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(anAnswer);
  });

/** For a program of node: `ask(agent?)` makes a call for an agent. */
export const askSource = `
  const ask = async (agent) => {
    const body = JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 50, messages: [] });
    const headers = agent ? { 'telltale-agent': agent } : {};
    const answer = await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', { method: 'POST', headers, body });
    return { status: answer.status, retry: answer.headers.get('x-should-retry'), text: await answer.text() };
  };`;
