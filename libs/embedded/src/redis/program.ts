import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { dropFetchedPackage, fetchDebianPackage, fetchedPackage } from '../debian-package.ts';
import { runProgram } from '../run-program.ts';
import { EmbeddedError, type EmbeddedLog } from '../server.ts';

/** A redis-server that starts on this machine. */
export interface RedisProgram {
  file: string;
  /** Folders with the shared libraries that it needs and the system lacks, for LD_LIBRARY_PATH. */
  libraries?: string;
}

const oldestMajor = 7;
const packageName = 'redis-server';
const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const ownCache = join(import.meta.dirname, '../../../../node_modules/.cache/telltale');

/**
 * The redis-server of the PATH when it is new enough, else Debian's package, unpacked once into the cache of this
 * clone. Throws `program_missing` with the remedy when there is neither.
 */
export async function findRedisServer(options: {
  env: Readonly<Record<string, string | undefined>>;
  cacheDir?: string;
  log: EmbeddedLog;
  /** Aborting it ends a fetch that is under way. */
  signal: AbortSignal | undefined;
}): Promise<RedisProgram> {
  const cacheDir = options.cacheDir ?? ownCache;
  const known = fetchedRedis(cacheDir);
  for (const folder of (options.env['PATH'] ?? usualPath).split(delimiter)) {
    const file = join(folder, 'redis-server');
    if (folder !== '' && existsSync(file) && (await isUsable({ file }))) return { file };
  }
  if (known && (await isUsable(known))) return known;
  if (known) dropFetchedPackage(cacheDir, packageName);
  options.log.info("no redis-server on the PATH: fetching Debian's package, once for this clone");
  const reason = await fetchDebianPackage({ name: packageName, cacheDir, env: options.env, signal: options.signal });
  options.signal?.throwIfAborted();
  const fetched = fetchedRedis(cacheDir);
  if (fetched && (await isUsable(fetched))) return fetched;
  throw new EmbeddedError(
    'program_missing',
    `No redis-server ${oldestMajor} or newer is on the PATH and none could be fetched (${reason ?? 'the fetched one does not run here'}); ` +
      'install it (Debian: apt-get install redis-server), or set TELLTALE_REDIS_URL.',
  );
}

function fetchedRedis(cacheDir: string): RedisProgram | undefined {
  const found = fetchedPackage(cacheDir, packageName);
  const file = found === undefined ? '' : join(found.root, 'usr/bin/redis-server');
  return found === undefined || !existsSync(file) ? undefined : { file, libraries: found.libraries };
}

async function isUsable(program: RedisProgram): Promise<boolean> {
  const env = program.libraries === undefined ? {} : { LD_LIBRARY_PATH: program.libraries };
  const { code, output } = await runProgram(program.file, ['--version'], { env });
  const major = /v=(\d+)\./.exec(output)?.[1];
  return code === 0 && major !== undefined && Number(major) >= oldestMajor;
}
