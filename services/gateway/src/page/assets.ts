import { pagePaths } from '@telltale/contracts/pages';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { open } from '../http/operation.ts';
import type { ZodApp } from '../http/zod-app.ts';
import { readPageFiles, type PageFile } from './page-files.ts';

const year = 31_536_000;
const forPrograms = /^\/(?:api|v1|page|mcp|health|livez|readyz|metrics|socket\.io)\//;

/** Of what the client takes and we have, the smallest. */
function choose(file: PageFile, accepted: string): { body: Buffer; encoding: string | null } {
  if (file.brotli !== null && /\bbr\b/.test(accepted)) return { body: file.brotli, encoding: 'br' };
  if (file.gzip !== null && /\bgzip\b/.test(accepted)) return { body: file.gzip, encoding: 'gzip' };
  return { body: file.plain, encoding: null };
}

function send(request: FastifyRequest, reply: FastifyReply, file: PageFile, caching: string): FastifyReply {
  const { body, encoding } = choose(file, request.headers['accept-encoding'] ?? '');
  if (encoding !== null) void reply.header('content-encoding', encoding);
  return reply
    .header('content-type', file.type)
    .header('cache-control', caching)
    .header('vary', 'accept-encoding')
    .send(body);
}

/**
 * The dashboard as it was built: every address of it answers with the one page, whose files carry a hash of their
 * content in their names and never change. Read once, from a closed list: no request names a path on the disk.
 */
export async function servePage(app: ZodApp, { folder }: { folder: string }): Promise<void> {
  const { index, assets } = await readPageFiles(folder);
  for (const url of Object.values(pagePaths)) {
    app.get(url, { config: open, schema: { hide: true } }, async (request, reply) =>
      send(request, reply, index, 'no-cache'),
    );
  }
  // A browser that was sent to an address that is none sees the page say so; programs get a problem.
  app.addHook('onRequest', async (request, reply) => {
    if (!request.is404 || request.method !== 'GET' || !/\btext\/html\b/.test(request.headers.accept ?? '')) return;
    if (forPrograms.test(request.url)) return;
    return send(request, reply.code(404), index, 'no-cache');
  });
  app.get('/page/assets/:file', { config: open, schema: { hide: true } }, async (request, reply) => {
    const file = assets.get(String(Reflect.get(request.params as object, 'file')));
    if (file === undefined) return reply.callNotFound();
    return send(request, reply, file, `public, max-age=${year}, immutable`);
  });
}
