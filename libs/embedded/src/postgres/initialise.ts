import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../run-program.ts';
import { EmbeddedError, type EmbeddedLog } from '../server.ts';
import type { PostgresSeat } from './seat.ts';

/** The role that owns everything, and its database. */
export const postgresUser = 'telltale';

/**
 * Makes `pgdata` when there is none. It is made under another name and renamed when complete, so that an interrupted
 * first start leaves nothing that looks like a database.
 */
export async function initialise(
  seat: PostgresSeat,
  password: string,
  settings: Record<string, string>,
  log: EmbeddedLog,
): Promise<void> {
  const data = join(seat.folder, 'pgdata');
  if (existsSync(join(data, 'PG_VERSION'))) return;
  log.info('creating the database (first start)');
  const unfinished = `${data}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  const passwordFile = join(seat.folder, 'initdb-password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  seat.give(passwordFile);
  try {
    const access = ['--username', postgresUser, '--pwfile', passwordFile, '--auth', 'scram-sha-256'];
    // Sorting by code point is the same on every machine, so an index never depends on a system library.
    const sorting = [
      '--encoding',
      'UTF8',
      '--locale',
      'C',
      '--locale-provider',
      'builtin',
      '--builtin-locale',
      'C.UTF-8',
    ];
    const haste = settings['fsync'] === 'off' ? ['--no-sync'] : [];
    await run(seat, 'initdb', ['--pgdata', unfinished, ...access, ...sorting, ...haste]);
    const single = [
      '--single',
      '-D',
      unfinished,
      ...(settings['fsync'] === 'off' ? ['-c', 'fsync=off'] : []),
      'postgres',
    ];
    await run(seat, 'postgres', single, `CREATE DATABASE ${postgresUser}\n`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(unfinished, data);
}

async function run(seat: PostgresSeat, program: 'initdb' | 'postgres', args: string[], input = ''): Promise<void> {
  const command = seat.command(program, args);
  const { code, output } = await runProgram(command.file, command.args, { ...command.options, detached: true, input });
  if (code === 0) return;
  throw new EmbeddedError(
    'start_failed',
    `PostgreSQL's ${program} failed: ${lastLine(output)}; look whether ${seat.folder} is writable and has room.`,
  );
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) || 'it said nothing';
}
