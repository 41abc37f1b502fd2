import type { Overrides } from '@telltale/contracts/price-rows';
import { readOverridesFile } from '@telltale/pricing/read-overrides-file';
import type { OwnerFlags } from '../commands/prices.ts';
import type { Context } from '../context.ts';
import { CliError } from '../failure.ts';
import { changePrices } from './change-prices.ts';

/** Sets what an overrides file says; a default price in it too. */
export async function importPrices(file: string, flags: OwnerFlags, context: Context): Promise<void> {
  let overrides: Overrides;
  try {
    overrides = await readOverridesFile(file);
  } catch (cause) {
    throw new CliError(cause instanceof Error ? cause.message : String(cause), { exitCode: 2, cause });
  }
  await changePrices(overrides, flags, context);
}
