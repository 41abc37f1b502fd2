import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The root of this clone. */
export const productRoot = join(import.meta.dirname, '../../..');

/** The launcher's absolute path: what a person types in any folder. */
export const launcherPath = join(productRoot, 'telltale');

/** The version of this clone. */
export function productVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(productRoot, 'package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}
