import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { packFolder } from './pack.ts';
import { settings, workspace } from './settings.ts';
import { sourceHash } from './source-hash.ts';

const dist = join(workspace, 'dist');
const stamp = 'sources.sha256';

const builtFrom = (folder: string): string =>
  existsSync(join(folder, stamp)) ? readFileSync(join(folder, stamp), 'utf8') : '';

/**
 * Builds the dashboard unless what lies in `dist` was made of the very same sources. The new folder takes the old one's
 * place at the end, so that a build that fails or is interrupted leaves what was there.
 */
export async function buildDashboard(): Promise<'built' | 'kept'> {
  const hash = sourceHash();
  if (builtFrom(dist) === hash) return 'kept';
  const fresh = mkdtempSync(join(workspace, 'dist-'));
  // Vite goes by what the caller's shell or test runner set: React's development build is three times as slow a frame.
  process.env['NODE_ENV'] = 'production';
  try {
    await build({ ...settings, build: { ...settings.build, outDir: fresh, emptyOutDir: true } });
    await packFolder(fresh);
    writeFileSync(join(fresh, stamp), hash);
    // Of two builds at once the later wins; both are made of the same sources.
    const old = `${fresh}-old`;
    if (existsSync(dist)) renameSync(dist, old);
    renameSync(fresh, dist);
    rmSync(old, { recursive: true, force: true });
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return 'built';
}
