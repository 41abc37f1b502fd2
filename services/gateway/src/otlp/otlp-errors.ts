import { errorCatalog, TelltaleError } from '@telltale/contracts/errors';
import type { FastifyInstance } from 'fastify';
import { drain } from '../http/drain.ts';
import { recognise } from '../http/problems.ts';
import { contentTypes, encodingOf, statusBody } from '@telltale/otlp/answers';
import { MalformedBody } from '@telltale/otlp/signals';

/** Whether it is about the type of the body, and not about its encoding. */
const isOfType = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE';

/** Malformed is the sender's fault for good (400, never sent again); all else is what it is anywhere. */
function toError(error: unknown): TelltaleError {
  if (error instanceof MalformedBody) return new TelltaleError('invalid_request', error.message, { cause: error });
  const known = recognise(error);
  if (known?.code === 'unsupported_media_type' && isOfType(error))
    return new TelltaleError(known.code, `send the body as Content-Type: ${Object.values(contentTypes).join(' or ')}`);
  if (known !== null) return known;
  // The specification names 429, 502, 503 and 504 as worth a retry; what nobody foresaw may pass.
  return new TelltaleError('unavailable', 'the server failed; its log has the cause', { retryAfter: 5, cause: error });
}

/** The one mapper of errors to OTLP's answers: a google.rpc.Status in the request's own encoding. */
export function answerWithStatus(app: FastifyInstance): void {
  app.setErrorHandler(async (error, request, reply) => {
    const refusal = toError(error);
    const { status } = errorCatalog[refusal.code];
    if (recognise(error) === null && !(error instanceof MalformedBody)) {
      request.log.error({ err: error, route: request.routeOptions.url }, 'an OTLP request failed');
    }
    if (refusal.code === 'payload_too_large') await drain(request.raw);
    if (refusal.code === 'unauthenticated') void reply.header('www-authenticate', 'Bearer realm="telltale"');
    if (refusal.retryAfter !== undefined) void reply.header('retry-after', String(Math.ceil(refusal.retryAfter)));
    const encoding = encodingOf(request.headers['content-type']);
    return reply
      .code(status)
      .type(contentTypes[encoding])
      .send(statusBody(encoding, status, refusal.message));
  });
}
