import builtInOverrides from './built-in-overrides.json' with { type: 'json' };
import { coreName } from './core-name.ts';
import { factorOf, unitFactor } from './decimal.ts';
import { findListedModel, listVersion, type ListedModel } from './list-price.ts';
import { overrideRates } from './override-rates.ts';
import { overridesFile, type OverrideRow, type Overrides } from './overrides.ts';
import { canonicalProvider } from './provider-aliases.ts';
import type { TieredRates } from './rates.ts';
import { resolveProvider, type CallName } from './resolve-provider.ts';

/** The date of the built-in rows; a change of them changes it, so that a stored price says which rows made it. */
const builtInVersion = 'telltale@2026-11-21';
/** Distinct (provider, host, model) names kept; a fleet has dozens, only abuse has more. */
const keptNames = 10_000;

type Row = {
  own: boolean;
  from: number;
  until: number;
  rates: TieredRates | null;
  factors: ReadonlyMap<string, bigint>;
  discount: bigint | null;
};

/** Everything about a (provider, host, model) that does not depend on the call: found once, then kept. */
export type Resolution = {
  provider: string | null;
  model: string;
  certain: boolean;
  listed: ListedModel | null;
  /** Best first. */
  rows: readonly Row[];
};

/**
 * What is known about prices: the list, the rows that correct it and a team's own rows. It remembers what it resolved,
 * so make one per team (or one for all without own rows) and keep it; a changed price means a new book.
 */
export type PriceBook = {
  /** Names list, built-in rows and own rows; stored beside each price. */
  readonly version: string;
  readonly defaultRates: TieredRates | null;
  resolve(call: CallName): Resolution;
};

type IndexedRow = Row & { provider: string | null; core: string; rank: number };

function indexRow(row: OverrideRow, own: boolean, line: number): IndexedRow {
  const provider = row.provider === undefined ? null : (canonicalProvider(row.provider) ?? row.provider.toLowerCase());
  const core = row.model === '*' ? '*' : coreName(row.model);
  const specific = (core === '*' ? 0 : 2) + (provider === null ? 0 : 1);
  return {
    own,
    provider,
    core,
    from: row.from === undefined ? -Infinity : Date.parse(row.from),
    until: row.until === undefined ? Infinity : Date.parse(row.until),
    rates: overrideRates(row),
    factors: new Map(Object.entries(row.factors ?? {}).map(([word, f]) => [word.toLowerCase(), factorOf(f)])),
    discount: row.discount === undefined ? null : unitFactor - factorOf(row.discount),
    rank: (own ? 4 : 0) + specific + line / 1e6,
  };
}

/** Own rows before built-in ones, the more specific first, then the later start, then the later line. */
function bestFirst(a: IndexedRow, b: IndexedRow): number {
  const group = Math.floor(b.rank) - Math.floor(a.rank);
  if (group !== 0) return group;
  if (a.from !== b.from) return b.from > a.from ? 1 : -1;
  return b.rank - a.rank;
}

/** FNV-1a, 32 bits: tells two sets of rows apart, nothing more. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}

/** Makes a book from the list, the built-in rows and, where given, a team's own rows, which go before both. */
export function createPriceBook(options: { overrides?: Overrides | undefined } = {}): PriceBook {
  const { overrides } = options;
  const rows = [
    ...overridesFile.parse(builtInOverrides).prices.map((row, line) => indexRow(row, false, line)),
    ...(overrides?.prices ?? []).map((row, line) => indexRow(row, true, line)),
  ].toSorted(bestFirst);
  const ownVersion = overrides === undefined ? '' : `+overrides@${fingerprint(JSON.stringify(overrides))}`;
  const kept = new Map<string, Resolution>();

  function find(call: CallName): Resolution {
    for (const seller of resolveProvider(call)) {
      const core = coreName(seller.model);
      const applying = rows.filter(
        (row) => (row.provider === null || row.provider === seller.provider) && (row.core === '*' || row.core === core),
      );
      const listed =
        canonicalProvider(seller.provider) === seller.provider ? findListedModel(seller.provider, seller.model) : null;
      if (listed !== null || applying.some((row) => row.rates !== null))
        return { provider: seller.provider, model: seller.model, certain: seller.certain, listed, rows: applying };
    }
    const core = coreName(call.model);
    const applying = rows.filter((row) => row.provider === null && (row.core === '*' || row.core === core));
    return { provider: null, model: call.model, certain: true, listed: null, rows: applying };
  }

  return {
    version: `${listVersion}+${builtInVersion}${ownVersion}`,
    defaultRates: overrides?.default_price ? overrideRates(overrides.default_price) : null,
    resolve(call) {
      const key = `${call.provider ?? ''}\n${call.base_url ?? ''}\n${call.model}`;
      let found = kept.get(key);
      if (found === undefined) {
        found = find(call);
        if (kept.size >= keptNames) kept.clear();
        kept.set(key, found);
      }
      return found;
    },
  };
}
