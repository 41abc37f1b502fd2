import { type Command, InvalidArgumentError } from 'commander';
import type { Scope } from '@telltale/contracts/http/keys';
import type { Context } from '../context.ts';
import { withClientFlags, type ClientFlags } from './client-flags.ts';

/** `telltale keys create|list|revoke`. */
export function addKeysCommands(program: Command, context: Context): void {
  const keys = program.command('keys').description('Make, list and revoke API keys.');
  withClientFlags(keys.command('create'))
    .description('Make a key and print it; it cannot be shown again.')
    .requiredOption('--scopes <list>', 'what it may do: ingest, read, runner, admin, with commas between', parseScopes)
    .option('--name <name>', 'what people call it')
    .action(async (flags: ClientFlags & { scopes: Scope[]; name?: string }) => {
      const { createKey } = await import('../keys/create-key.ts');
      await createKey(flags, context);
    });
  withClientFlags(keys.command('list'))
    .description('List keys; never the secrets, which are not kept.')
    .action(async (flags: ClientFlags) => {
      const { listKeys } = await import('../keys/list-keys.ts');
      await listKeys(flags, context);
    });
  withClientFlags(keys.command('revoke <id>'))
    .description('Revoke a key; every gateway refuses it within 15 s.')
    .action(async (id: string, flags: ClientFlags) => {
      const { revokeKey } = await import('../keys/revoke-key.ts');
      await revokeKey(id, flags, context);
    });
}

function parseScopes(text: string): Scope[] {
  const known: readonly Scope[] = ['ingest', 'read', 'runner', 'admin'];
  return text.split(',').map((word) => {
    const found = known.find((scope) => scope === word.trim());
    if (!found) throw new InvalidArgumentError(`${word} is none of ${known.join(', ')}.`);
    return found;
  });
}
