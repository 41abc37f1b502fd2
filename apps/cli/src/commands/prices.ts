import { type Command, InvalidArgumentError } from 'commander';
import type { Context } from '../context.ts';
import type { RepriceFlags } from '../prices/reprice.ts';
import type { SetPriceFlags } from '../prices/set-price.ts';
import { withClientFlags, type ClientFlags } from './client-flags.ts';
import { parseTime } from './query-flags.ts';

/** Whose prices are changed. */
export type OwnerFlags = ClientFlags & { instance?: boolean };

const withOwner = (command: Command): Command =>
  withClientFlags(command).option('--instance', "for every team; only with the operator's key");

/** `telltale prices list|set|import|remove|reprice`. */
export function addPricesCommands(program: Command, context: Context): void {
  const prices = program.command('prices').description('See and set what calls to models cost.');
  withClientFlags(prices.command('list'))
    .description('List the prices that correct the price list; with a model, whatever has a say in it.')
    .option('--model <model>', 'only of this model, the price list too')
    .option('--provider <provider>', 'the seller, where the name of the model does not say it')
    .action(async (flags: ClientFlags & { model?: string; provider?: string }) => {
      const { listPrices } = await import('../prices/list-prices.ts');
      await listPrices(flags, context);
    });
  addSet(withOwner(prices.command('set'))).action(async (flags: OwnerFlags & SetPriceFlags) => {
    const { setPrice } = await import('../prices/set-price.ts');
    await setPrice(flags, context);
  });
  withOwner(prices.command('import <file>'))
    .description('Set every price of an overrides file; the same file may be imported again.')
    .action(async (file: string, flags: OwnerFlags) => {
      const { importPrices } = await import('../prices/import-prices.ts');
      await importPrices(file, flags, context);
    });
  withOwner(prices.command('remove <id>'))
    .description('Remove a price that was set.')
    .action(async (id: string, flags: OwnerFlags) => {
      const { removePrice } = await import('../prices/remove-price.ts');
      await removePrice(id, flags, context);
    });
  withClientFlags(prices.command('reprice'))
    .description('Price stored calls by the prices of today, and say what that changes.')
    .option('--from <time>', 'only calls since then, in UTC: 2026-01-31 or 2026-01-31T14:00', parseTime)
    .option('--to <time>', 'only calls before then', parseTime)
    .option('--model <model>', 'only calls to this model')
    .option('--dry-run', 'change nothing')
    .option('--no-wait', 'do not wait for the end')
    .action(async (flags: ClientFlags & RepriceFlags) => {
      const { reprice } = await import('../prices/reprice.ts');
      await reprice(flags, context);
    });
}

const addSet = (command: Command): Command =>
  command
    .description('Set one price; a price for the same model, seller and time is replaced.')
    .requiredOption('--model <model>', 'the full name of the model, or * for all')
    .option('--provider <provider>', 'only where this one sells it')
    .option('--from <time>', 'from then on, such as 2026-01-31 (default: always)')
    .option('--until <time>', 'until before then')
    .option('--input <usd>', 'US dollars per million input tokens')
    .option('--output <usd>', 'of output tokens')
    .option('--cache-read <usd>', 'of input tokens read from a cache (default: as input)')
    .option('--cache-write-5m <usd>', 'of input tokens written to a cache for 5 minutes (default: as input)')
    .option('--cache-write-1h <usd>', 'of input tokens written to a cache for an hour (default: as for 5 minutes)')
    .option('--reasoning <usd>', 'of reasoning tokens (default: as output)')
    .option('--per-request <usd>', 'US dollars for each call, on top of its tokens')
    .option('--factor <word=number>', 'multiplier of a tier or speed, such as batch=0.5; may be repeated', addFactor)
    .option('--discount <part>', 'the part off, from 0 to 1: 0.15 is 15 % off')
    .option('--source <text>', 'where the price was read');

function addFactor(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, word, factor] = /^([^=]+)=(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (word === undefined || factor === undefined) throw new InvalidArgumentError('It is not one such as batch=0.5.');
  return { ...before, [word]: factor };
}
