import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { passedOn } from './headers.ts';
import { openUpstream, type UpstreamRequest } from './send-upstream.ts';

/** OpenAI's Realtime and Gemini's Live are conversations by WebSocket alone; all else goes on with HTTP where it is told to. */
const alone = /\/realtime(?:[/?]|$)|\/ws\/google\./;
export const knowsNoOtherWay = (path: string): boolean => alone.test(path);

const headOf = (answer: IncomingMessage, connection: readonly string[]): string => {
  const headers = [...passedOn(answer.rawHeaders), ...connection];
  const lines = headers.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${headers[at + 1] ?? ''}`] : []));
  return [`HTTP/1.1 ${answer.statusCode ?? 502} ${answer.statusMessage ?? ''}`, ...lines, '', ''].join('\r\n');
};

/** Lets a WebSocket through as it is, both ways. What it used is not read: it is no call with an answer. */
export function passWebsocket(
  request: IncomingMessage,
  { socket, first, target }: { socket: Duplex; first: Buffer; target: Omit<UpstreamRequest, 'method' | 'headers'> },
): void {
  const upgrade = ['connection', 'Upgrade', 'upgrade', 'websocket'];
  const host = target.origin.host;
  const outgoing = openUpstream({
    ...target,
    method: 'GET',
    headers: [...passedOn(request.rawHeaders, { host }), ...upgrade],
  });
  socket.on('close', () => outgoing.destroy());
  outgoing.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'));
  outgoing.on('response', (answer) => {
    socket.write(headOf(answer, ['connection', 'close']));
    answer.pipe(socket);
  });
  outgoing.on('upgrade', (answer, other, begun) => {
    other.on('error', () => socket.destroy());
    other.on('close', () => socket.destroy());
    socket.on('close', () => other.destroy());
    socket.write(headOf(answer, upgrade));
    if (begun.length > 0) socket.write(begun);
    if (first.length > 0) other.write(first);
    socket.pipe(other);
    other.pipe(socket);
  });
  outgoing.end();
}
