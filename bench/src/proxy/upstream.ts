import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A provider in a process of its own: a short stream of events for each call. Prints its port. */
const event = (type: string, data: object): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
const usage = { input_tokens: 1200, cache_read_input_tokens: 18000, output_tokens: 1 };
const answer = [
  event('message_start', { message: { id: 'msg_bench', type: 'message', model: 'claude-sonnet-4-5', usage } }),
  event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
  ...Array.from({ length: 8 }, (_value, at) =>
    event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: `piece ${at} of an answer` } }),
  ),
  event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 42 } }),
  event('message_stop', {}),
].join('');

const server = createServer((request, response) => {
  request.resume();
  request.once('end', () => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': 'req_bench' });
    response.end(answer);
  });
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.once('disconnect', () => server.closeAllConnections() === undefined && server.close());
