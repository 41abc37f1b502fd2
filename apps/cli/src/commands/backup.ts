import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { StoreFlags } from '../backup/open-store.ts';

const withStoreFlags = (command: Command): Command =>
  command
    .option('--data-dir <folder>', 'the instance of this data folder (TELLTALE_DATA_DIR)')
    .option('--database-url <url>', 'a PostgreSQL of your own (TELLTALE_DATABASE_URL)')
    .option('--quiet', 'say nothing');

/** `telltale backup` and `telltale restore`. */
export function addBackupCommands(program: Command, context: Context): void {
  withStoreFlags(program.command('backup <file>'))
    .description(
      'Write everything that is stored to a file (- for standard output), while it runs or when it is stopped.',
    )
    .action(async (file: string, flags: StoreFlags) => {
      const { backup } = await import('../backup/backup.ts');
      await backup(file, flags, context);
    });
  withStoreFlags(program.command('restore <file>'))
    .description('Make the store what it was when the backup was taken; stop Telltale first.')
    .option('--yes', 'replace what is stored now')
    .action(async (file: string, flags: StoreFlags & { yes?: boolean }) => {
      const { restore } = await import('../backup/restore.ts');
      await restore(file, flags, context);
    });
}
