import { TelltaleError, toProblem, type ErrorCode } from '@telltale/contracts/errors';
import { storeTrouble } from '@telltale/store/read';
import { drain } from './drain.ts';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';

export const problemType = 'application/problem+json; charset=utf-8';

/** What Fastify itself refuses, in our words. */
const refusals: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['payload_too_large', 'the body is larger than this operation takes; send less at once'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type', 'send the body as Content-Type: application/json'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['invalid_json', 'the body is empty; send a JSON object'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['invalid_json', 'the body is not valid JSON'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['invalid_request', 'the body is not as long as its Content-Length says'],
  FST_INVALID_MULTIPART_CONTENT_TYPE: ['unsupported_media_type', 'send the body as multipart/form-data'],
  FST_ERR_BAD_URL: ['invalid_request', 'the path is not valid percent-encoded UTF-8'],
  FST_ERR_MAX_PARAM_LENGTH: ['not_found', 'an id in the path is longer than any id can be'],
  Z_DATA_ERROR: ['invalid_request', 'the body is not valid gzip, although its Content-Encoding says so'],
  Z_BUF_ERROR: ['invalid_request', 'the gzip body ends too early'],
  FST_ERR_HANDLER_TIMEOUT: ['unavailable', 'the answer took too long; ask for a shorter period or a smaller page'],
};

const isFastifyError = (error: unknown): error is FastifyError =>
  error instanceof Error && typeof Reflect.get(error, 'code') === 'string';

/** What is wrong with a body as a whole points at its root. */
function refusalOf(code: ErrorCode, detail: string, cause: unknown): TelltaleError {
  const ofBody = code === 'payload_too_large' || code === 'invalid_json';
  const errors = ofBody ? [{ pointer: '#', code, detail }] : [];
  const later = code === 'unavailable' ? { retryAfter: 1 } : {};
  return new TelltaleError(code, detail, { errors, cause, ...later });
}

/**
 * Every way to fail, as one of our codes; null when nobody foresaw it. Fail closed: what is not recognised says
 * nothing about itself outside.
 */
export function recognise(error: unknown): TelltaleError | null {
  if (error instanceof TelltaleError) return error;
  if (isFastifyError(error)) {
    const known = refusals[error.code];
    if (known !== undefined) return refusalOf(known[0], known[1], error);
  }
  if (error instanceof SyntaxError && Reflect.get(error, 'statusCode') === 400) {
    return refusalOf('invalid_json', 'the body is not valid JSON', error);
  }
  const trouble = storeTrouble(error);
  if (trouble === 'away') {
    return new TelltaleError('unavailable', 'the store does not answer; try again', { retryAfter: 2, cause: error });
  }
  if (trouble === 'timeout') {
    const detail = 'the query took too long; ask for a shorter period or fewer filters';
    return new TelltaleError('unavailable', detail, { retryAfter: 1, cause: error });
  }
  return null;
}

export function sendProblem(reply: FastifyReply, error: TelltaleError): FastifyReply {
  const body = toProblem(error);
  if (error.code === 'unauthenticated') void reply.header('www-authenticate', 'Bearer realm="telltale"');
  if (error.retryAfter !== undefined) void reply.header('retry-after', String(Math.ceil(error.retryAfter)));
  return reply
    .code(body.status)
    .header('content-type', problemType)
    .serializer((value: unknown) => JSON.stringify(value))
    .send(body);
}

/** Paths that the router cannot even read; they reach no route and no error handler. */
export function answerUnroutable(error: unknown, _request: unknown, reply: FastifyReply): void {
  void sendProblem(reply, recognise(error) ?? new TelltaleError('invalid_request', 'the path cannot be read'));
}

/** The one mapper of errors to answers. The cause stays in the log. */
export function answerWithProblems(app: FastifyInstance): void {
  app.setErrorHandler(async (error, request, reply) => {
    const known = recognise(error);
    if (known === null) {
      request.log.error({ err: error, route: request.routeOptions.url }, 'a request failed');
      return sendProblem(reply, new TelltaleError('internal', 'the server failed; its log has the cause'));
    }
    if (known.code === 'payload_too_large') await drain(request.raw);
    if (known.code === 'unavailable' && known.cause !== undefined) {
      request.log.warn({ err: known.cause, route: request.routeOptions.url }, 'a needed part is not available');
    }
    return sendProblem(reply, known);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    return sendProblem(reply, new TelltaleError('not_found', `there is no ${request.method} ${path.slice(0, 200)}`));
  });
}
