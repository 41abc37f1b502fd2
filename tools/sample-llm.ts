import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A SAMPLE, not a model: it speaks the chat completions of OpenAI on this machine and always answers with the same small
 * change, so that the walk of docs/tasks.md can be taken without a key and without money:
 * `node tools/sample-llm.ts [PORT]`. It says what it is in every answer.
 */
const model = 'sample-scripted-model';
const files = [
  {
    path: 'greet.mjs',
    content: "export const greet = (name) => (name === '' ? 'Hello!' : `Hello, ${name}!`);\n",
  },
];
const explanation = 'scripted by tools/sample-llm.ts: greets also who has no name';

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) text += chunk;
  return text;
}

let answers = 0;
const server = createServer((request, response) => {
  void (async () => {
    const body = await bodyOf(request);
    const send = (status: number, value: object): void => {
      response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': `req_sample_${answers}` });
      response.end(JSON.stringify(value));
    };
    if (request.url === '/v1/models') return send(200, { object: 'list', data: [{ id: model, object: 'model' }] });
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
      return send(404, { error: { message: 'the sample answers POST /v1/chat/completions only' } });
    }
    answers += 1;
    const content = JSON.stringify({ files, explanation });
    const [prompt_tokens, completion_tokens] = [Math.ceil(body.length / 4), Math.ceil(content.length / 4)];
    return send(200, {
      id: `chatcmpl-sample-${answers}`,
      object: 'chat.completion',
      created: Math.floor(Date.now() / 1_000),
      model,
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
      usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens },
    });
  })();
});
server.listen(Number(process.argv[2] ?? 4480), '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`a sample model, scripted, answers at http://127.0.0.1:${port}/v1\n`);
});
