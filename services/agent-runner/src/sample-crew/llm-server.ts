import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '@telltale/runtime/clock';
import { isJson, listOf, textOf, type Json } from '@telltale/answers/json-fields';
import type { Block, Script } from './script.ts';

export type LlmServer = AsyncDisposable & { readonly url: string };

/** Between two pieces of a streamed answer. */
const pieceMs = 30;
const longestBody = 1024 * 1024;
/** Roughly what a tokeniser makes of text. */
const tokensOf = (text: string): number => Math.ceil(text.length / 4);

async function readBody(request: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > longestBody) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  return isJson(body) ? body : {};
}

/**
 * A language model that reads from a script, in the wire format of Anthropic's Messages, streamed and not. The system
 * prompt's first word is the role; the number of answers given so far is the step. It listens on loopback only.
 */
export async function startLlmServer({ script, clock }: { script: Script; clock: Clock }): Promise<LlmServer> {
  let requests = 0;
  /** How often a role was refused, so that a retry gets its answer. */
  const refused = new Set<string>();

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    requests += 1;
    response.setHeader('request-id', `req_sample_${requests}`);
    const role = (textOf(body, 'system') ?? '').split(' ', 1)[0] ?? '';
    const step = listOf(body, 'messages').filter((message) => message['role'] === 'assistant').length;
    const scripted = script[role]?.[step];
    if (scripted === undefined)
      return fail(response, 400, 'invalid_request_error', `no line for ${role}, step ${step}`);
    if (scripted.overloadedOnce === true && !refused.has(role)) {
      refused.add(role);
      return fail(response, 529, 'overloaded_error', 'Overloaded');
    }
    const conversation = JSON.stringify(body['messages'] ?? []);
    const cached = step === 0 ? 0 : 2_048;
    const usage = {
      input_tokens: tokensOf(conversation) + 180,
      cache_creation_input_tokens: step === 0 ? 2_048 : 0,
      cache_read_input_tokens: cached,
      cache_creation: { ephemeral_5m_input_tokens: step === 0 ? 2_048 : 0, ephemeral_1h_input_tokens: 0 },
      output_tokens: scripted.content.reduce((sum, block) => sum + tokensOf(JSON.stringify(block)), 0),
      service_tier: 'standard',
    };
    const message = {
      id: `msg_sample_${requests}`,
      type: 'message',
      role: 'assistant',
      model: body['model'],
      stop_reason: scripted.content.some(({ type }) => type === 'tool_use') ? 'tool_use' : 'end_turn',
      stop_sequence: null,
    };
    await clock.sleep(scripted.thinkMs);
    if (body['stream'] === true) await stream(response, message, scripted.content, usage);
    else send(response, 200, { ...message, content: scripted.content, usage });
  };

  const stream = async (response: ServerResponse, message: Json, content: readonly Block[], usage: Json) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const event = async (type: string, data: Json): Promise<void> => {
      response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
      await clock.sleep(pieceMs);
    };
    const opening = { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } };
    await event('message_start', { message: opening });
    for (const [index, block] of content.entries()) {
      const empty = block.type === 'text' ? { type: 'text', text: '' } : { ...block, input: {} };
      await event('content_block_start', { index, content_block: empty });
      for (const delta of piecesOf(block)) await event('content_block_delta', { index, delta });
      await event('content_block_stop', { index });
    }
    const { cache_creation: _split, ...totals } = usage;
    await event('message_delta', {
      delta: { stop_reason: message['stop_reason'], stop_sequence: null },
      usage: totals,
    });
    await event('message_stop', {});
    response.end();
  };

  const server = createServer((request, response) => {
    const known = request.method === 'POST' && request.url?.startsWith('/v1/messages') === true;
    if (!known) return fail(response, 404, 'not_found_error', 'only POST /v1/messages is answered');
    answer(request, response).catch((error: unknown) => {
      fail(response, 400, 'invalid_request_error', error instanceof Error ? error.message : String(error));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function* piecesOf(block: Block): Generator<Json> {
  const text = block.type === 'text' ? block.text : JSON.stringify(block.input);
  for (let at = 0; at < text.length; at += 60) {
    const piece = text.slice(at, at + 60);
    yield block.type === 'text'
      ? { type: 'text_delta', text: piece }
      : { type: 'input_json_delta', partial_json: piece };
  }
}

function send(response: ServerResponse, status: number, body: Json): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function fail(response: ServerResponse, status: number, type: string, message: string): void {
  send(response, status, { type: 'error', error: { type, message } });
}
