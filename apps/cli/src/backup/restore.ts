import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { restoreBackup } from '@telltale/store/backup';
import { SchemaError } from '@telltale/store/migrate';
import type { Context } from '../context.ts';
import { CliError } from '../failure.ts';
import { toSentence } from './backup.ts';
import { openStore, type StoreFlags } from './open-store.ts';

/** Replaces the store by a backup, whole or not at all. What came after it is sent again by the spools that have it. */
export async function restore(file: string, flags: StoreFlags & { yes?: boolean }, context: Context): Promise<void> {
  const say = (line: string): void => (flags.quiet === true ? undefined : context.say(line));
  // It is read twice: to see that it is whole, and to load it.
  const folder = file === '-' ? mkdtempSync(join(tmpdir(), 'telltale-restore-')) : undefined;
  try {
    const source = folder === undefined ? file : join(folder, 'backup');
    if (folder !== undefined) await pipeline(process.stdin, createWriteStream(source, { mode: 0o600 }));
    await using store = await openStore(flags, context, { running: 'refused' });
    await restoreBackup({ url: store.url, file: source, replace: flags.yes === true, say });
  } catch (cause) {
    if (cause instanceof SchemaError) throw new CliError(`${cause.message}.`, { cause });
    throw toSentence(cause, file);
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}
