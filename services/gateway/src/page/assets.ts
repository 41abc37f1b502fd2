import { readFile } from 'node:fs/promises';
import { open } from '../http/operation.ts';
import type { ZodApp } from '../http/zod-app.ts';

const files = [
  { url: '/', file: 'index.html', type: 'text/html; charset=utf-8' },
  { url: '/page/page.css', file: 'page.css', type: 'text/css; charset=utf-8' },
  { url: '/page/page.js', file: 'page.js', type: 'text/javascript; charset=utf-8' },
  { url: '/page/icon.svg', file: 'icon.svg', type: 'image/svg+xml' },
] as const;

/** The first page and what it is made of: a closed list of files, read once. */
export async function servePage(app: ZodApp): Promise<void> {
  for (const { url, file, type } of files) {
    const content = await readFile(new URL(`./assets/${file}`, import.meta.url));
    app.get(url, { config: open, schema: { hide: true } }, async (_request, reply) => {
      void reply.header('content-type', type).header('cache-control', 'no-cache');
      return reply.send(content);
    });
  }
}
