import { TelltaleError } from '@telltale/contracts/errors';
import { teamQuery } from '@telltale/contracts/http/query';
import type { ArtifactRow } from '@telltale/store/config';
import { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { readRange } from './byte-range.ts';
import { ObjectMissingError, type ObjectStore } from './object-store.ts';
import { transferTimeoutMs } from './post-artifact.ts';

export type ContentDeps = {
  /** Throws `not_found`. */
  find: (teamId: string, artifactId: string) => Promise<ArtifactRow>;
  store: ObjectStore;
};

const bytes = {
  description: 'The bytes, or the range of them that was asked for',
  content: { 'application/octet-stream': { schema: z.string().meta({ format: 'binary' }) } },
} as never;

const missing = (error: unknown): never => {
  if (error instanceof ObjectMissingError) {
    throw new TelltaleError('not_found', 'the content of this artifact is no longer in the store', { cause: error });
  }
  throw new TelltaleError('unavailable', 'the artifact store failed; ask again', { retryAfter: 2, cause: error });
};

/** `GET /api/v1/artifacts/{id}`: the content as it is read from the store, always as a download and never as a page. */
export function getContent(app: ZodApp, { find, store }: ContentDeps): void {
  app.get(
    '/api/v1/artifacts/:artifact_id',
    {
      config: allow('read', 'runner'),
      handlerTimeout: transferTimeoutMs,
      // It would read all of the content to throw it away; `/metadata` says how long it is.
      exposeHeadRoute: false,
      schema: {
        params: z.object({ artifact_id: z.uuid() }),
        querystring: z.strictObject(teamQuery),
        ...documented('Artifacts', 'The content of an artifact', { 200: bytes, 206: bytes }),
      },
    },
    async (request, reply) => {
      const row = await find(request.team, request.params.artifact_id);
      const etag = `"${row.sha256}"`;
      const { 'if-range': ifRange = etag, range: wanted } = request.headers;
      const size = row.size_bytes;
      void reply.headers({ 'accept-ranges': 'bytes', 'content-range': `bytes */${size}` });
      const range = readRange(ifRange === etag ? wanted : undefined, size);
      void reply.removeHeader('content-range');
      const content = await store.read(row.object_id, range ?? undefined).catch(missing);
      if (range !== null) void reply.header('content-range', `bytes ${range.start}-${range.end}/${size}`);
      void reply.headers({
        'content-length': String(range === null ? size : range.end - range.start + 1),
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename="${row.artifact_id}"`,
        etag,
      });
      return reply.code(range === null ? 200 : 206).send(content as never);
    },
  );
}
