import { renameSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { BackupError, type Manifest, writeBackup } from '@telltale/store/backup';
import { formatBytes } from '@telltale/contracts/format/bytes';
import { formatCount } from '@telltale/contracts/format/count';
import type { Context } from '../context.ts';
import { CliError, reasonOf } from '../failure.ts';
import { openStore, type StoreFlags } from './open-store.ts';

const rowsOf = ({ tables }: Manifest): string => formatCount(tables.reduce((sum, { rows }) => sum + rows, 0));

/** Writes the store to a file, which is there whole or not at all. */
export async function backup(file: string, flags: StoreFlags, context: Context): Promise<void> {
  await using store = await openStore(flags, context, { running: 'used' });
  const say = (line: string): void => (flags.quiet === true ? undefined : context.say(line));
  try {
    if (file === '-') {
      const made = await writeBackup({ url: store.url, sink: process.stdout });
      say(`wrote ${rowsOf(made)} rows`);
      return;
    }
    const draft = `${file}.part`;
    try {
      // Opened here, since a stream that cannot open its file says so before anybody listens.
      const sink = (await open(draft, 'w', 0o600)).createWriteStream({ flush: true });
      const made = await writeBackup({ url: store.url, sink });
      renameSync(draft, file);
      say(`wrote ${rowsOf(made)} rows to ${file} (${formatBytes(statSync(file).size)})`);
    } finally {
      rmSync(draft, { force: true });
    }
  } catch (cause) {
    throw toSentence(cause, file);
  }
}

/** What a person can do something about, in one sentence; anything else as it is. */
export function toSentence(cause: unknown, file: string): unknown {
  if (cause instanceof BackupError) return new CliError(cause.message, { cause });
  const reason = reasonOf(cause);
  if (/^(ENOENT|EACCES|EISDIR|ENOSPC|EROFS|ENOTDIR)$/.test(reason)) {
    return new CliError(`${file} cannot be read or written (${reason}); name another file.`, { cause });
  }
  if (reason === 'EPIPE') return new CliError('Who read the backup went away before it was whole.', { cause });
  if (/^(ECONNREFUSED|ENOTFOUND|ETIMEDOUT|28...|3D...|57P..)$/.test(reason)) {
    return new CliError(`PostgreSQL does not answer (${reason}); check --database-url.`, { cause });
  }
  return cause;
}
