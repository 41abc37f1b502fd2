import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';

export const encoders = {
  identity: (bytes: Buffer) => bytes,
  gzip: (bytes: Buffer) => gzipSync(bytes),
  deflate: (bytes: Buffer) => deflateSync(bytes),
  br: (bytes: Buffer) => brotliCompressSync(bytes, { params: { 1: 1 } }),
  zstd: (bytes: Buffer) => zstdCompressSync(bytes),
} as const;
export type Encoding = keyof typeof encoders;

export type Provider = AsyncDisposable & {
  url: string;
  /** Every request as it came. */
  requests: { method: string; url: string; headers: string[]; body: Buffer }[];
};

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** An HTTP server on loopback that answers as a test says, in place of a paid one. */
export async function startProvider(
  answer: (request: IncomingMessage, response: ServerResponse, body: Buffer) => void | Promise<void>,
): Promise<Provider> {
  const requests: Provider['requests'] = [];
  const server: Server = createServer((request, response) => {
    void bodyOf(request)
      .then(async (body) => {
        requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.rawHeaders, body });
        await answer(request, response, body);
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Server-sent events of some documents. */
export const sse = (documents: readonly (readonly [event: string | null, data: unknown])[]): Buffer =>
  Buffer.from(
    documents
      .map(([event, data]) => {
        const text = typeof data === 'string' ? data : JSON.stringify(data);
        return `${event === null ? '' : `event: ${event}\n`}data: ${text}\n\n`;
      })
      .join(''),
  );
