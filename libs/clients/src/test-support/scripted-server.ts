import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How one request is answered; the last one of a script answers all that follow. */
export type Scripted =
  | { status: number; json?: unknown; text?: string; headers?: Record<string, string> }
  /** The connection goes before an answer. */
  | 'reset'
  /** Nobody answers. */
  | 'hang'
  /** The head comes, and half of the body. */
  | { stall: string }
  /** Half of the body comes, then the connection goes. */
  | { cut: string; headers?: Record<string, string> };

export type Seen = { method: string; url: string; headers: IncomingMessage['headers']; body: string };

export type ScriptedServer = AsyncDisposable & {
  url: string;
  requests: Seen[];
  connections(): number;
  script(...answers: Scripted[]): void;
};

/** A service that does as it is told, on loopback, and counts. */
export async function startScriptedServer(): Promise<ScriptedServer> {
  const requests: Seen[] = [];
  let answers: Scripted[] = [];
  let connections = 0;

  const act = (one: Scripted, response: ServerResponse): void => {
    if (one === 'hang') return;
    if (one === 'reset') {
      response.socket?.resetAndDestroy();
      return;
    }
    if ('stall' in one) {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': one.stall.length + 10 });
      response.write(one.stall);
      return;
    }
    if ('cut' in one) {
      response.writeHead(200, { 'content-length': one.cut.length + 10, ...one.headers });
      response.write(one.cut, () => response.socket?.destroy());
      return;
    }
    const text = one.text ?? (one.json === undefined ? '' : JSON.stringify(one.json));
    response.writeHead(one.status, { 'content-type': 'application/json', ...one.headers });
    response.end(text);
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      requests.push({ method, url, headers, body: Buffer.concat(chunks).toString('latin1') });
      const one = answers.length > 1 ? answers.shift() : answers[0];
      act(one ?? { status: 404, json: {} }, response);
    });
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    connections: () => connections,
    script(...next) {
      answers = next;
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
