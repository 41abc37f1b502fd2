import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { runProgram } from '../run-program.ts';
import { EmbeddedError, type EmbeddedLog } from '../server.ts';
import { removeForsaken } from './forsaken.ts';
import { postgresPrograms } from './programs.ts';

/** A command line ready for spawn. */
export interface SeatCommand {
  file: string;
  args: string[];
  options: { cwd: string; uid?: number; gid?: number; env: Record<string, string> };
}

/** Under which identity PostgreSQL runs, and where its files therefore lie. */
export interface PostgresSeat {
  kind: SeatKind;
  /** Where `pgdata` lies; the caller's folder except for `copy`. */
  folder: string;
  command(program: 'initdb' | 'postgres', args: readonly string[]): SeatCommand;
  /** Hands a file or folder to the identity that the server runs under. */
  give(path: string): void;
}

/**
 * `plain`: as this user. `namespace`: PostgreSQL refuses to be root, so root runs it in a user namespace where it is
 * somebody else and the data stay root's, also in folders nobody else may enter. `copy`: where the kernel or the
 * container refuses namespaces, programs and data lie where the user nobody can reach them.
 */
export type SeatKind = 'plain' | 'namespace' | 'copy';

const nobody = 65_534;
const outsideRoot = '/var/lib/telltale';
const intoNamespace = ['--user', `--map-user=${nobody}`, `--map-group=${nobody}`];

// Nothing of the caller's environment: a PGPORT or LC_ALL in somebody's shell is meant for their own database.
const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** Chooses the seat for a data folder; `kind` forces one. */
export async function takeSeat(dataDir: string, log: EmbeddedLog, kind?: SeatKind): Promise<PostgresSeat> {
  const chosen = kind ?? (await chooseKind(dataDir));
  if (chosen === 'copy') return takeCopySeat(dataDir, log);
  const native = postgresPrograms();
  return {
    kind: chosen,
    folder: dataDir,
    command(program, args) {
      const file = join(native, 'bin', program);
      if (chosen === 'plain') return { file, args: [...args], options: { cwd: dataDir, env } };
      return { file: 'unshare', args: [...intoNamespace, file, ...args], options: { cwd: dataDir, env } };
    },
    give() {
      // The data are this user's in either case.
    },
  };
}

async function chooseKind(dataDir: string): Promise<SeatKind> {
  if (process.geteuid?.() !== 0) return 'plain';
  if (existsSync(join(dataDir, 'location'))) return 'copy';
  const probe = await runProgram('unshare', [...intoNamespace, 'true'], { env });
  return probe.code === 0 ? 'namespace' : 'copy';
}

async function takeCopySeat(dataDir: string, log: EmbeddedLog): Promise<PostgresSeat> {
  removeForsaken(outsideRoot, log);
  const folder = await outsideFolder(dataDir, log);
  return {
    kind: 'copy',
    folder,
    command(program, args) {
      return {
        file: join(folder, 'native', 'bin', program),
        args: [...args],
        options: { cwd: folder, uid: nobody, gid: nobody, env },
      };
    },
    give(path) {
      chownSync(path, nobody, nobody);
    },
  };
}

/** The folder outside that belongs to this data folder; each names the other, so that neither is taken for another's. */
async function outsideFolder(dataDir: string, log: EmbeddedLog): Promise<string> {
  const locationFile = join(dataDir, 'location');
  const known = existsSync(locationFile) ? readFileSync(locationFile, 'utf8').trim() : undefined;
  if (known !== undefined && existsSync(join(known, 'native', 'bin', 'postgres'))) return known;
  const folder = known ?? join(outsideRoot, randomBytes(8).toString('hex'));
  log.info(`user namespaces are refused here, so PostgreSQL's programs and data go to ${folder}`);
  try {
    // The data folder names the place before the place exists: another start's clean-up never sees it unnamed.
    writeFileSync(locationFile, folder, { mode: 0o600 });
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    writeFileSync(join(folder, 'data-folder'), dataDir);
    await copyForNobody(postgresPrograms(), join(folder, 'native'));
    const inPlace = join(dataDir, 'pgdata');
    if (existsSync(inPlace)) {
      await copyForNobody(inPlace, join(folder, 'pgdata'));
      rmSync(inPlace, { recursive: true, force: true });
    }
    chownSync(folder, nobody, nobody);
  } catch (cause) {
    throw new EmbeddedError(
      'folder_unusable',
      `PostgreSQL must not run as root and ${folder} cannot be written; start as another user, or set TELLTALE_DATABASE_URL.`,
      { cause },
    );
  }
  return folder;
}

/** Copies a folder for the user nobody; it has its name only when it is complete. */
async function copyForNobody(source: string, target: string): Promise<void> {
  const unfinished = `${target}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  cpSync(source, unfinished, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') });
  await runProgram('chown', ['-R', `${nobody}:${nobody}`, unfinished], { env });
  renameSync(unfinished, target);
}
