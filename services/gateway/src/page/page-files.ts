import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

/** One file of the dashboard, packed when it was built; null where packing did not make it smaller. */
export type PageFile = { type: string; plain: Buffer; gzip: Buffer | null; brotli: Buffer | null };

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** What is shown in place of a dashboard that was not built; the API works all the same. */
const notBuilt =
  '<!doctype html><html lang="en"><title>Telltale</title><main><h1>Telltale runs</h1><p>Its dashboard is not built in ' +
  'this copy. Run <code>node apps/dashboard/build/main.ts</code> in it and start the gateway again.</p></main></html>';

async function readPacked(path: string): Promise<PageFile> {
  const packed = async (ending: string) => (existsSync(path + ending) ? readFile(path + ending) : null);
  return {
    type: types[extname(path)] ?? 'application/octet-stream',
    plain: await readFile(path),
    gzip: await packed('.gz'),
    brotli: await packed('.br'),
  };
}

/** Reads the built dashboard into memory: the page itself, and its assets by name. */
export async function readPageFiles(folder: string): Promise<{ index: PageFile; assets: Map<string, PageFile> }> {
  const page = join(folder, 'index.html');
  const assets = new Map<string, PageFile>();
  if (!existsSync(page)) {
    return { index: { type: types['.html'] ?? '', plain: Buffer.from(notBuilt), gzip: null, brotli: null }, assets };
  }
  for (const name of await readdir(join(folder, 'assets'))) {
    if (!/\.(?:gz|br)$/.test(name)) assets.set(name, await readPacked(join(folder, 'assets', name)));
  }
  return { index: await readPacked(page), assets };
}
