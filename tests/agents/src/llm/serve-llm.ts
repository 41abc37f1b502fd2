import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isJson, objectOf, textOf, type Json } from '@telltale/answers/json-fields';
import { shapeOf } from '@telltale/answers/call-shape';
import { bodyOf } from '@telltale/testkit/fake-provider';
import { anthropicAnswer, chatAnswer, geminiAnswer, responsesAnswer, type Answer } from './answers.ts';
import { createLedger, usages, usagesUntilCut, type Ledger, type LedgerEntry } from './ledger.ts';
import { createScript, type Step } from './script.ts';

export type LlmServer = AsyncDisposable & { url: string; ledger: Ledger };

const none = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, reasoning: 0 };

const parse = (body: Buffer): Json => {
  try {
    const json: unknown = JSON.parse(body.toString());
    return isJson(json) ? json : {};
  } catch {
    return {};
  }
};

const eventText = ([name, data]: Answer['stream'][number]): string =>
  `${name === null ? '' : `event: ${name}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

function send(response: ServerResponse, answer: Answer, streamed: boolean, cut: boolean): void {
  if (!streamed) {
    response.setHeader('content-type', 'application/json');
    if (cut) {
      response.setHeader('content-length', '9999');
      response.write('{"id":', () => response.destroy());
    } else response.end(JSON.stringify(answer.whole));
    return;
  }
  response.setHeader('content-type', 'text/event-stream');
  const events = cut ? answer.stream.slice(0, Math.max(1, Math.floor(answer.stream.length / 2))) : answer.stream;
  const text = events.map(eventText).join('');
  // Long enough for a busy client to read what came: what it never saw it cannot tell.
  if (cut) response.write(text, () => setTimeout(() => response.destroy(), 250));
  else response.end(text);
}

const apis: Record<LedgerEntry['wire'], { usage: LedgerEntry['usage'] }> = {
  anthropic: { usage: usages.anthropic },
  responses: { usage: usages.openai },
  chat: { usage: usages.openai },
  gemini: { usage: usages.gemini },
};

function answerOf(
  wire: LedgerEntry['wire'],
  step: Exclude<Step, { is: 'refuse' }>,
  n: number,
  model: string,
  body: Json,
): Answer {
  switch (wire) {
    case 'anthropic':
      return anthropicAnswer(step, n, model);
    case 'responses':
      return responsesAnswer(step, n, model);
    case 'chat':
      return chatAnswer(step, n, model, objectOf(body, 'stream_options')['include_usage'] === true);
    case 'gemini':
      return geminiAnswer(step, n, model);
  }
}

/** A server that speaks the APIs of Anthropic, OpenAI and Google by a script and keeps the books of it. */
export async function serveLlm(): Promise<LlmServer> {
  const ledger = createLedger();
  const script = createScript();
  let n = Math.floor(Date.now() / 1000) * 1_000;

  const answer = (path: string, body: Json, response: ServerResponse): void => {
    const shape = shapeOf('POST', path);
    if (shape === null || shape.wire === 'ollama' || path.includes('count_tokens')) {
      response.setHeader('content-type', 'application/json');
      response.end(path.includes('count_tokens') ? '{"input_tokens":10}' : '{}');
      return;
    }
    n += 1;
    const wire = shape.wire === 'openai_chat' ? 'chat' : shape.wire;
    const model = textOf(body, 'model') ?? shape.model ?? 'unknown';
    const step = script(body);
    const apart = !JSON.stringify(body).includes('SUBAGENT');
    response.setHeader('request-id', `req_${n}`);
    response.setHeader('x-request-id', `req_${n}`);
    if (step.is === 'refuse') {
      ledger.add({ wire, model, outcome: 'refused', usage: none, tool: false, apart });
      response.statusCode = step.status;
      response.setHeader('content-type', 'application/json');
      response.setHeader('retry-after', '1');
      const { type, message, status } = step;
      response.end(
        JSON.stringify({ type: 'error', error: { type, message, code: status, status: type.toUpperCase() } }),
      );
      return;
    }
    const cut = step.is === 'cut';
    const streamed = body['stream'] === true || shape.streamed === true;
    const usage = cut ? (streamed ? usagesUntilCut[wire] : none) : apis[wire].usage;
    ledger.add({ wire, model, outcome: cut ? 'cut' : 'ok', usage, tool: step.is === 'tool', apart });
    send(response, answerOf(wire, step, n, model, body), streamed, cut);
  };

  const server = createServer((request, response) => {
    if ((request.headers['upgrade'] ?? '') !== '') {
      response.statusCode = 426;
      response.end();
      return;
    }
    const path = new URL(request.url ?? '/', 'http://llm').pathname;
    void bodyOf(request).then(
      (body) => (request.method === 'POST' ? answer(path, parse(body), response) : response.end('{}')),
      () => response.destroy(),
    );
  });
  server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 426 Upgrade Required\r\nconnection: close\r\n\r\n'));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ledger,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
