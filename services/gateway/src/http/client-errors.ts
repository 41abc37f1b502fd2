import type { Socket } from 'node:net';
import { TelltaleError, toProblem } from '@telltale/contracts/errors';
import { problemType } from './problems.ts';

/** What node's parser refuses before there is a request, in our words; whatever else it says, the bytes are no HTTP. */
const said: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: 'the address and the headers are longer than 16 KiB together; send shorter or fewer filters',
  ERR_HTTP_REQUEST_TIMEOUT: 'the request took too long to arrive; send it again',
};

/** Answers bytes that never became a request with a problem too, and closes the connection. */
export function answerClientError(error: { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = toProblem(new TelltaleError('invalid_request', said[error.code ?? ''] ?? 'this is not HTTP/1.1'));
  const body = JSON.stringify(problem);
  const head = [
    'HTTP/1.1 400 Bad Request',
    `Content-Type: ${problemType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
