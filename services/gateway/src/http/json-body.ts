import { isUtf8 } from 'node:buffer';
import { createGunzip } from 'node:zlib';
import { TelltaleError } from '@telltale/contracts/errors';
import type { FastifyInstance, FastifyRequest, RequestPayload } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** The body's bytes after inflation, on routes that keep them. */
    rawBody: Buffer | null;
  }
}

const refuseEncoding = (encoding: string): never => {
  throw new TelltaleError('unsupported_media_type', `the content encoding ${encoding} is not understood; use gzip`);
};

/**
 * Inflates one layer of gzip. Fastify counts the bytes that come out against the route's `bodyLimit` while they come,
 * so that a bomb costs no more than the limit.
 */
export function inflate(request: FastifyRequest, payload: RequestPayload): RequestPayload {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity' || encoding === '') return payload;
  if (encoding !== 'gzip' && encoding !== 'x-gzip') return refuseEncoding(encoding.slice(0, 50));
  const gunzip: RequestPayload = createGunzip();
  gunzip.receivedEncodedLength = 0;
  payload.on('data', (chunk: Buffer) => {
    gunzip.receivedEncodedLength = (gunzip.receivedEncodedLength ?? 0) + chunk.length;
  });
  payload.on('error', (error) => gunzip.destroy(error));
  return payload.pipe(gunzip as unknown as NodeJS.ReadWriteStream) as unknown as RequestPayload;
}

const notJson = (detail: string, cause?: unknown): TelltaleError =>
  new TelltaleError('invalid_json', detail, { errors: [{ pointer: '#', code: 'invalid_json', detail }], cause });

function parse(body: Buffer): unknown {
  if (!isUtf8(body)) throw notJson('the body is not valid UTF-8; send JSON encoded as UTF-8');
  const text = body.toString('utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw notJson(`the body is not valid JSON: ${describe(error)}`, error);
  }
}

const describe = (error: unknown): string => (error instanceof Error ? error.message.slice(0, 200) : 'unreadable');

/**
 * JSON bodies whose bytes the handler needs as well. Keys such as `__proto__` stay plain own properties here and are
 * judged by the record schemas, so that one hostile record costs its neighbours nothing.
 */
export function readRawJson(app: FastifyInstance): void {
  app.decorateRequest('rawBody', null);
  app.addHook('preParsing', async (request, _reply, payload) => inflate(request, payload));
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
    request.rawBody = body;
    if (body.length === 0) throw notJson('the body is empty; send a JSON object');
    return parse(body);
  });
}
