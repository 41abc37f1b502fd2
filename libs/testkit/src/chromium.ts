import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fetchDebianPackage, fetchedPackage } from '@telltale/embedded/debian-package';

/** A browser that starts on this machine, and what its environment needs. */
export type Chromium = { file: string; env: Record<string, string> };

const names = ['chromium', 'chromium-browser', 'google-chrome'];
const cacheDir = join(import.meta.dirname, '../../../node_modules/.cache/telltale');

/**
 * The Chromium of the PATH, else Debian's package, unpacked once into the cache of this clone without root. Throws with
 * the remedy when there is neither.
 */
export async function findChromium(): Promise<Chromium> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of names)
      if (folder !== '' && existsSync(join(folder, name))) return { file: join(folder, name), env: {} };
  }
  const fetched = () => {
    const found = fetchedPackage(cacheDir, 'chromium');
    const file = found === undefined ? '' : join(found.root, 'usr/lib/chromium/chromium');
    if (found === undefined || !existsSync(file)) return undefined;
    // The package's own configuration of fonts, where the machine has none.
    const fonts = existsSync('/etc/fonts') ? {} : { FONTCONFIG_PATH: join(found.root, 'etc/fonts') };
    return { file, env: { LD_LIBRARY_PATH: found.libraries, ...fonts } };
  };
  const known = fetched();
  if (known !== undefined) return known;
  const reason = await fetchDebianPackage({ name: 'chromium', cacheDir, env: process.env, signal: undefined });
  const now = fetched();
  if (now !== undefined) return now;
  throw new Error(
    `no chromium is on the PATH and none could be fetched (${reason ?? 'the package has another layout'}); install it (Debian: apt-get install chromium)`,
  );
}
