import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { withClientFlags, type ClientFlags } from './client-flags.ts';

/** `telltale dead-letters list|show|replay|drop`. */
export function addDeadLetterCommands(program: Command, context: Context): void {
  const letters = program
    .command('dead-letters')
    .description('See what could not be stored, and try again or drop it.');
  withClientFlags(letters.command('list'))
    .description('List them, newest first.')
    .action(async (flags: ClientFlags) => {
      const { listDeadLetters } = await import('../dead-letters/list-dead-letters.ts');
      await listDeadLetters(flags, context);
    });
  withClientFlags(letters.command('show <id>'))
    .description('Show one with what it holds.')
    .action(async (id: string, flags: ClientFlags) => {
      const { showDeadLetter } = await import('../dead-letters/show-dead-letter.ts');
      await showDeadLetter(id, flags, context);
    });
  withClientFlags(letters.command('replay <ids...>'))
    .description('Try to store them again; what is stored already is left out.')
    .action(async (ids: string[], flags: ClientFlags) => {
      const { replayDeadLetters } = await import('../dead-letters/replay-dead-letters.ts');
      await replayDeadLetters(ids, flags, context);
    });
  withClientFlags(letters.command('drop <ids...>'))
    .description('Give them up; what they hold is gone.')
    .action(async (ids: string[], flags: ClientFlags) => {
      const { dropDeadLetters } = await import('../dead-letters/drop-dead-letters.ts');
      await dropDeadLetters(ids, flags, context);
    });
}
