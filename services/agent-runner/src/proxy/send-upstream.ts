import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { codeOf } from '../run/byte-sink.ts';

export type UpstreamRequest = {
  origin: URL;
  method: string;
  /** Path and query, as it goes out. */
  path: string;
  headers: readonly string[];
  agent: Agent;
};

/** Opens a request to an upstream, whose body the caller writes. */
export function openUpstream({ origin, method, path, headers, agent }: UpstreamRequest): ClientRequest {
  const host = origin.hostname.replace(/^\[|\]$/g, '');
  const open = origin.protocol === 'https:' ? httpsRequest : httpRequest;
  return open({
    agent,
    host,
    port: origin.port === '' ? (origin.protocol === 'https:' ? 443 : 80) : Number(origin.port),
    // An address is no name: its certificate is asked for the address itself.
    ...(origin.protocol === 'https:' && isIP(host) === 0 ? { servername: host } : {}),
    method,
    path,
    headers: [...headers],
    setDefaultHeaders: false,
  });
}

/** A server may close an idle connection at the moment we use it again; the request never reached it. */
const lostOnReuse = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_WRITE_AFTER_END']);

/**
 * Sends a request whose body is at hand and resolves to the head of its answer. It is sent a second time only when the
 * connection was an old one that the server had closed, as an HTTP client does by itself. `onSent` hears when all of it is on
 * its way, each time; an answer may come before that.
 */
export async function sendUpstream(
  target: UpstreamRequest,
  body: readonly Buffer[],
  signal: AbortSignal,
  onSent: () => void = () => undefined,
): Promise<IncomingMessage> {
  for (let attempt = 1; ; attempt += 1) {
    const request = openUpstream(target);
    try {
      return await answerOf(request, signal, () => {
        for (const chunk of body) request.write(chunk);
        request.end(onSent);
      });
    } catch (error) {
      const stale = request.reusedSocket && lostOnReuse.has(String(codeOf(error)));
      if (!stale || attempt > 3 || signal.aborted) throw error;
    }
  }
}

/** The head of the answer to a request; a caller that leaves ends the request. */
export function answerOf(request: ClientRequest, signal: AbortSignal, write: () => void): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      request.destroy();
      reject(new Error('the client left'));
    };
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    request.once('response', (answer) => {
      signal.removeEventListener('abort', onAbort);
      resolve(answer);
    });
    request.on('error', (error) => {
      signal.removeEventListener('abort', onAbort);
      reject(error);
    });
    write();
  });
}
