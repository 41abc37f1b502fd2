import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { UpFlags } from '../up/settings.ts';

/** `telltale up`: everything on this machine, until Ctrl-C. */
export function addUpCommand(program: Command, context: Context): void {
  program
    .command('up')
    .description('Start Telltale with all it needs and run it until Ctrl-C (what `npm start` does).')
    .option('--port <port>', 'port of the gateway (TELLTALE_PORT, default 4400)')
    .option('--host <address>', 'address to listen on (TELLTALE_HOST, default 127.0.0.1)')
    .option('--data-dir <folder>', 'where all data lie (TELLTALE_DATA_DIR, default .telltale)')
    .option('--no-sample', 'do not run the bundled sample crew at the first start')
    .option('--insecure-http', 'allow an address that others can reach without TLS')
    .action(async (flags: UpFlags) => {
      const { up } = await import('../up/up.ts');
      await up(flags, context);
    });
}
