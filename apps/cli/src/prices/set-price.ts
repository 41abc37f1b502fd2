import { plainWords } from '@telltale/contracts/plain-words';
import { overrideRow } from '@telltale/contracts/price-rows';
import type { OwnerFlags } from '../commands/prices.ts';
import type { Context } from '../context.ts';
import { CliError } from '../failure.ts';
import { changePrices } from './change-prices.ts';

export type SetPriceFlags = {
  model: string;
  provider?: string;
  from?: string;
  until?: string;
  input?: string;
  output?: string;
  cacheRead?: string;
  cacheWrite5m?: string;
  cacheWrite1h?: string;
  reasoning?: string;
  perRequest?: string;
  factor?: Record<string, string>;
  discount?: string;
  source?: string;
};

/** Only what was given: what a row does not say it has no say in. */
const given = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** The flag that a field of a row was given with: `per_million.cache_read` as `--cache-read`. */
function flagOf(path: readonly PropertyKey[]): string {
  const [field = 'model', part] = path.map(String);
  const name = field === 'per_million' && part !== undefined ? part : field === 'factors' ? 'factor' : field;
  return `--${name.replaceAll('_', '-')}${field === 'factors' && part !== undefined ? ` ${part}` : ''}`;
}

/** Sets one price. */
export async function setPrice(flags: OwnerFlags & SetPriceFlags, context: Context): Promise<void> {
  const perMillion = given({
    input: flags.input,
    output: flags.output,
    cache_read: flags.cacheRead,
    cache_write_5m: flags.cacheWrite5m,
    cache_write_1h: flags.cacheWrite1h,
    reasoning: flags.reasoning,
  });
  const said = [...Object.values(perMillion), flags.perRequest, flags.factor, flags.discount];
  if (said.every((part) => part === undefined)) {
    throw new CliError('say what it costs: --input and --output, --per-request, --factor or --discount', {
      exitCode: 2,
    });
  }
  const row = overrideRow.safeParse(
    given({
      model: flags.model,
      provider: flags.provider,
      from: flags.from,
      until: flags.until,
      per_million: Object.keys(perMillion).length === 0 ? undefined : perMillion,
      per_request: flags.perRequest,
      factors: flags.factor,
      discount: flags.discount === undefined ? undefined : Number(flags.discount),
      source: flags.source,
    }),
    { error: plainWords },
  );
  if (!row.success) {
    const wrong = row.error.issues.map(({ path, message }) => `${flagOf(path)} ${message}`).join('; ');
    throw new CliError(wrong, { exitCode: 2 });
  }
  await changePrices({ version: 1, prices: [row.data] }, flags, context);
}
