import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './run-program.ts';

/** Which package, where to keep it, and the caller's environment (proxies). */
interface FetchOptions {
  name: string;
  cacheDir: string;
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal | undefined;
}

const folderOf = (cacheDir: string, name: string): string => join(cacheDir, `${name}-${process.arch}`);

/** Throws a fetched one away that does not run here, e.g. after the system was upgraded under it. */
export function dropFetchedPackage(cacheDir: string, name: string): void {
  rmSync(folderOf(cacheDir, name), { recursive: true, force: true });
}

/** What an earlier fetch left in the cache: its root folder, and the folders of its libraries for LD_LIBRARY_PATH. */
export function fetchedPackage(cacheDir: string, name: string): { root: string; libraries: string } | undefined {
  const root = folderOf(cacheDir, name);
  if (!existsSync(root)) return undefined;
  const libraryRoots = [join(root, 'usr/lib'), join(root, 'lib')].filter((path) => existsSync(path));
  const multiarch = libraryRoots.flatMap((lib) =>
    readdirSync(lib)
      .filter((entry) => entry.includes('-linux-'))
      .map((entry) => join(lib, entry)),
  );
  // Libraries of one package among themselves lie a folder deeper and are known to each other by absolute path.
  const deeper = multiarch.flatMap((lib) =>
    readdirSync(lib, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(lib, entry.name))
      .filter((path) => readdirSync(path).some((name) => /^lib.*\.so(?:\.|$)/.test(name))),
  );
  return { root, libraries: [...multiarch, ...deeper].join(':') };
}

/**
 * Unpacks a package of Debian and the libraries it lacks into the cache, without root and without touching the system: apt
 * with a state and a cache of its own. Resolves to undefined, or to the reason why it could not.
 */
export async function fetchDebianPackage(options: FetchOptions): Promise<string | undefined> {
  if (!existsSync('/var/lib/dpkg/status')) return 'this is not a Debian system';
  try {
    mkdirSync(options.cacheDir, { recursive: true });
  } catch {
    return `${options.cacheDir} cannot be written`;
  }
  const work = mkdtempSync(join(options.cacheDir, 'fetch-'));
  try {
    return await fetchInto(work, options);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function fetchInto(work: string, options: FetchOptions): Promise<string | undefined> {
  for (const folder of ['state/lists/partial', 'cache/archives/partial', 'packages', 'root'])
    mkdirSync(join(work, folder), { recursive: true });
  const settings = {
    'Dir::State': join(work, 'state'),
    'Dir::Cache': join(work, 'cache'),
    'Dir::State::status': '/var/lib/dpkg/status',
    // As root apt would become the user _apt, who cannot enter a private clone.
    'APT::Sandbox::User': userInfo().username,
    'Acquire::Languages': 'none',
    'Acquire::Retries': '2',
  };
  const own = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const packages = join(work, 'packages');
  const apt = async (...args: string[]) =>
    runProgram('apt-get', [...own, ...args], {
      cwd: packages,
      env: { ...options.env, LC_ALL: 'C' },
      signal: options.signal,
    });

  const update = await apt('update', '-qq');
  if (update.code !== 0) return `apt-get update: ${lastLine(update.output)}`;
  const plan = await apt('install', '-qq', '-y', '--no-install-recommends', '--print-uris', options.name);
  const names = [...plan.output.matchAll(/^'[^']+' ([^_\s]+)_\S+\.deb /gm)].map((match) => match[1] ?? '');
  if (plan.code !== 0 || names.length === 0) return `apt-get knows no ${options.name}: ${lastLine(plan.output)}`;
  const download = await apt('download', '-qq', ...names);
  if (download.code !== 0) return `apt-get download: ${lastLine(download.output)}`;
  for (const name of readdirSync(packages)) {
    const unpack = await runProgram('dpkg', ['-x', join(packages, name), join(work, 'root')]);
    if (unpack.code !== 0) return `dpkg: ${lastLine(unpack.output)}`;
  }
  try {
    renameSync(join(work, 'root'), folderOf(options.cacheDir, options.name));
  } catch (error) {
    // A rename onto a folder that is not empty fails: then another start was faster, and its program may already run.
    if (fetchedPackage(options.cacheDir, options.name) === undefined) throw error;
  }
  return undefined;
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1)?.slice(0, 200) || 'it said nothing';
}
