import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TelltaleError, toProblem } from '@telltale/contracts/errors';
import { allocateSlotBody } from '@telltale/contracts/http/repo-pool';
import type { Log } from '@telltale/runtime/log';
import type { RepoPool } from './repo-pool.ts';

export type RepoPoolServer = AsyncDisposable & { readonly url: string };

const longestBody = 64 * 1024;
const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > longestBody)
      throw new TelltaleError('payload_too_large', `the body is larger than ${longestBody} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (error) {
    throw new TelltaleError('invalid_json', 'the body is not valid JSON', { cause: error });
  }
}

function send(response: ServerResponse, status: number, body?: unknown, headers: Record<string, string> = {}): void {
  if (response.headersSent || response.destroyed) return;
  const text = body === undefined ? '' : JSON.stringify(body);
  const type = status >= 400 ? 'application/problem+json; charset=utf-8' : 'application/json; charset=utf-8';
  response.writeHead(status, {
    ...(text === '' ? {} : { 'content-type': type }),
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(text);
}

/** Aborts when the caller hangs up before the answer. */
function callerLeft(response: ServerResponse): AbortSignal {
  const left = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) left.abort(new Error('the caller left'));
  });
  return left.signal;
}

/**
 * Serves a pool over HTTP to whoever has the key: `POST /slots`, `GET /slots`, `GET /slots/{id}`, `DELETE /slots/{id}`,
 * and `GET /livez` to everybody. A slot whose caller hung up before the answer comes back at once.
 */
export async function serveRepoPool(options: {
  pool: RepoPool;
  key: string;
  host: string;
  port: number;
  log: Log;
}): Promise<RepoPoolServer> {
  const { pool, key, host, port, log } = options;
  const wanted = hashOf(`Bearer ${key}`);

  const allocate = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parsed = allocateSlotBody.safeParse(await readBody(request));
    if (!parsed.success) {
      const errors = parsed.error.issues.map((issue) => ({
        pointer: `#${issue.path.map((part) => `/${String(part)}`).join('')}`,
        code: issue.code,
        detail: issue.message,
      }));
      const detail = errors.map((error) => `${error.pointer}: ${error.detail}`).join('; ');
      throw new TelltaleError('invalid_request', detail, { errors });
    }
    const { repo_url, required_by, timeout_seconds, holder_pid, lease_seconds, request_id } = parsed.data;
    const left = callerLeft(response);
    const allocation = await pool.allocate({
      repoUrl: repo_url,
      requiredBy: required_by,
      timeoutMs: timeout_seconds * 1_000,
      leaseMs: lease_seconds === undefined ? undefined : lease_seconds * 1_000,
      holderPid: holder_pid,
      requestId: request_id,
      signal: left,
    });
    // A caller that can ask again by its own id finds the slot; any other would never hear of it.
    if (left.aborted && request_id === undefined) pool.release(allocation.slot_id);
    else send(response, 201, allocation);
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? '/', 'http://pool');
    const route = `${request.method} ${pathname}`;
    if (route === 'GET /livez') return send(response, 200, { status: 'ok' });
    if (!timingSafeEqual(hashOf(request.headers.authorization ?? ''), wanted)) {
      throw new TelltaleError('unauthenticated', 'send the key of this repo pool as Authorization: Bearer <key>');
    }
    if (route === 'POST /slots') return allocate(request, response);
    if (route === 'GET /slots') return send(response, 200, { slots: pool.list() });
    const [, encoded] = /^\/slots\/([^/]+)$/.exec(pathname) ?? [];
    if (encoded === undefined) throw new TelltaleError('not_found', `there is no ${route.slice(0, 200)}`);
    const slotId = decodeURIComponent(encoded);
    const status = pool.status(slotId);
    if (status === null) throw new TelltaleError('not_found', 'there is no such slot');
    if (request.method === 'GET') return send(response, 200, status);
    if (request.method !== 'DELETE') throw new TelltaleError('method_not_allowed', 'a slot takes GET and DELETE');
    // Given back twice is given back.
    pool.release(slotId);
    return send(response, 204);
  };

  const refuse = (response: ServerResponse, error: unknown): void => {
    const known =
      error instanceof TelltaleError
        ? error
        : new TelltaleError(error instanceof URIError ? 'not_found' : 'internal', 'the repo pool failed; see its log');
    if (known.code === 'internal') log.error({ err: error }, 'a request to the repo pool failed');
    const headers: Record<string, string> = known.code === 'unauthenticated' ? { 'www-authenticate': 'Bearer' } : {};
    if (known.retryAfter !== undefined) headers['retry-after'] = String(known.retryAfter);
    const problem = toProblem(known);
    send(response, problem.status, problem, headers);
  };

  // Waiting for a slot may take long, sending the request may not.
  const server = createServer({ requestTimeout: 30_000, keepAliveTimeout: 60_000 }, (request, response) => {
    answer(request, response).catch((error: unknown) => refuse(response, error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${shown}:${address.port}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
