import type { Readable } from 'node:stream';
import type { MultipartFile } from '@fastify/multipart';
import { TelltaleError } from '@telltale/contracts/errors';
import { artifactFields, type ArtifactFields } from '@telltale/contracts/http/artifacts';
import type { FastifyRequest } from 'fastify';
import { ContentCutError } from './keep-artifacts.ts';
import { pointerTo } from '../http/validator.ts';

const wrong = (field: string, detail: string, cause?: unknown): TelltaleError =>
  new TelltaleError('invalid_request', `#/${field}: ${detail}`, {
    errors: [{ pointer: pointerTo([field]), code: 'invalid_value', detail }],
    cause,
  });

function checkFields(fields: ReadonlyMap<string, string>): ArtifactFields {
  const parsed = artifactFields.safeParse(Object.fromEntries(fields));
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ pointer: pointerTo([key]), code: 'unknown', detail: 'is not known here' }))
      : [{ pointer: pointerTo(issue.path), code: issue.code, detail: issue.message }],
  );
  const detail = errors.map((error) => `${error.pointer}: ${error.detail}`).join('; ');
  throw new TelltaleError('invalid_request', detail, { errors });
}

/** What broke while a form was read; everything else that fails meanwhile is ours. */
class FormError extends Error {}

async function* partsOf(request: FastifyRequest) {
  try {
    yield* request.parts();
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, 'code') === 'FST_INVALID_MULTIPART_CONTENT_TYPE') throw error;
    throw new FormError('the form broke off', { cause: error });
  }
}

/**
 * Reads an upload as it comes: the fields, then `content`, which `take` gets with them while it still arrives. Whatever
 * is wrong with the form is `invalid_request`, also when it turns up behind the content: what was taken is then disposed.
 */
export async function readUpload<T extends AsyncDisposable>(
  request: FastifyRequest,
  take: (fields: ArtifactFields, content: Readable) => Promise<T>,
): Promise<T> {
  const fields = new Map<string, string>();
  let taken: { result: T } | null = null;
  try {
    for await (const part of partsOf(request)) {
      if (taken !== null) throw wrong(part.fieldname, 'comes after the content, which has to be the last part');
      if (part.type === 'file') {
        taken = { result: await takeFile(part, fields, take) };
        continue;
      }
      if (part.fieldname === 'content') throw wrong('content', 'has to be a file; name one (curl: -F content=@FILE)');
      if (fields.has(part.fieldname)) throw wrong(part.fieldname, 'is there twice');
      if (part.valueTruncated || part.fieldnameTruncated) throw wrong(part.fieldname.slice(0, 50), 'is too long');
      fields.set(part.fieldname, String(part.value));
    }
  } catch (error) {
    await taken?.result[Symbol.asyncDispose]();
    if (!(error instanceof FormError)) throw error;
    throw wrong('', 'the body is no whole multipart form', error);
  }
  if (taken === null) throw wrong('content', 'is needed: the file, as the last part');
  return taken.result;
}

async function takeFile<T>(
  part: MultipartFile,
  fields: ReadonlyMap<string, string>,
  take: (fields: ArtifactFields, content: Readable) => Promise<T>,
): Promise<T> {
  try {
    if (part.fieldname !== 'content') throw wrong(part.fieldname, 'is a file; only content may be one');
    return await take(checkFields(fields), part.file);
  } catch (error) {
    // What is not read any more must not hold up the answer.
    part.file.resume();
    if (error instanceof ContentCutError) throw new FormError(error.message, { cause: error });
    throw error;
  }
}
