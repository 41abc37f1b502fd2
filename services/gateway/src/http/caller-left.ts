import type { FastifyReply } from 'fastify';

/**
 * Aborts when the connection goes before the answer is sent. Fastify's own `request.signal` already aborts when the
 * request's body was read, so it cannot tell a caller who waits from one who left.
 */
export function callerLeft(reply: FastifyReply): AbortSignal {
  const left = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) left.abort();
  });
  if (reply.raw.destroyed) left.abort();
  return left.signal;
}
