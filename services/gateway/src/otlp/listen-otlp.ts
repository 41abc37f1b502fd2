import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';

const signalPath = /^\/v1\/(?:traces|metrics|logs)(?:\?|$)/;

export type OtlpListener = AsyncDisposable & { port: number };

/**
 * OTLP/HTTP on a port of its own, for exporters that only know the usual one (4318). The same routes answer, with the same
 * keys, limits and counts; nothing else of the gateway is reached there.
 */
export async function listenOtlp(
  http: Pick<FastifyInstance, 'routing'>,
  { host, port, tls }: { host: string; port: number; tls: { cert: string; key: string } | undefined },
): Promise<OtlpListener> {
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    if (signalPath.test(request.url ?? '')) http.routing(request, response);
    else {
      response.writeHead(404, { 'content-type': 'text/plain' });
      response.end('OTLP is taken at /v1/traces, /v1/metrics and /v1/logs\n');
    }
  };
  const server = tls === undefined ? createPlainServer(answer) : createTlsServer(tls, answer);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      await closed;
    },
  };
}
