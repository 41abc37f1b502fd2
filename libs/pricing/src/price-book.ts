import builtInOverrides from './built-in-overrides.json' with { type: 'json' };
import { coreName, releaseOf } from './core-name.ts';
import { factorOf, unitFactor } from './decimal.ts';
import { findListedModel, listVersion, type ListedModel } from './list-price.ts';
import { overrideRates } from './override-rates.ts';
import { overridesFile, type OverrideRow, type Overrides } from '@telltale/contracts/price-rows';
import { canonicalProvider } from './provider-aliases.ts';
import type { TieredRates } from './rates.ts';
import { withContextFees } from './request-by-context.ts';
import { resolveProvider, type CallName, type Seller } from './resolve-provider.ts';

/** The date of the built-in rows; a change of them changes it, so that a stored price says which rows made it. */
const builtInVersion = 'telltale@2026-11-22.6';
/** Distinct (provider, host, model) names kept; a fleet has dozens, only abuse has more. */
const keptNames = 10_000;
/** Whose models others sell at much the same prices. */
const maker = 'anthropic';

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
  /** Who sells a model of this name, whether or not there is a price; null when the name does not tell. */
  seller: string | null;
  /** Whose rates and factors stand behind the seller's own rows, of whom no price is known; null when there are none. */
  maker: string | null;
  listed: ListedModel | null;
  /** Best first. */
  rows: readonly Row[];
  /** What is known of the next seller: guessed where this one has no price for what a call used. */
  behind: Resolution | null;
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

type IndexedRow = Row & {
  provider: string | null;
  model: string;
  layer: number;
  /** How much a row says about whom it is for: a model more than a seller. */
  specific: number;
  line: number;
};

/** Whose rows: those of a later layer go before those of an earlier one. */
const layers = { builtIn: 0, shared: 1, own: 2 } as const;

function indexRow(row: OverrideRow, layer: number, line: number): IndexedRow {
  const provider = row.provider === undefined ? null : (canonicalProvider(row.provider) ?? row.provider.toLowerCase());
  return {
    own: layer > layers.builtIn,
    provider,
    model: row.model,
    layer,
    from: row.from === undefined ? -Infinity : Date.parse(row.from),
    until: row.until === undefined ? Infinity : Date.parse(row.until),
    rates: layer === layers.builtIn ? withContextFees(row, overrideRates(row)) : overrideRates(row),
    factors: new Map(Object.entries(row.factors ?? {}).map(([word, f]) => [word.toLowerCase(), factorOf(f)])),
    discount: row.discount === undefined ? null : unitFactor - factorOf(row.discount),
    specific: (row.model === '*' ? 0 : 2) + (provider === null ? 0 : 1),
    line,
  };
}

/** Own rows before built-in ones, the more specific first, then the later start, then the later line. */
function bestFirst(a: IndexedRow, b: IndexedRow): number {
  if (a.layer !== b.layer) return b.layer - a.layer;
  if (a.specific !== b.specific) return b.specific - a.specific;
  if (a.from !== b.from) return b.from > a.from ? 1 : -1;
  return b.line - a.line;
}

/** The list may know a model by its plain name alone. */
const findListed = ({ provider, model }: { provider: string; model: string }): ListedModel | null =>
  findListedModel(provider, model) ?? findListedModel(provider, coreName(model));

/** A seller's model and what the list says of it. */
type Sold = { provider: string | null; model: string; listed: ListedModel | null };

/**
 * Whether a row with this model says something about a seller's. A row is about the release that it names and, where it
 * names none, about every release that the list does not give other prices than the plain name. For the plain name a row of
 * a release is taken only where the list does not know it.
 */
export function isAbout(rowModel: string, { provider, model, listed }: Sold): boolean {
  if (rowModel === '*') return true;
  if (coreName(rowModel) !== coreName(model)) return false;
  const [named, release] = [releaseOf(rowModel), releaseOf(model)];
  if (named === release) return true;
  if (listed === null) return named === '' || release === '';
  if (named !== '') return false;
  const plain = provider === null ? null : findListed({ provider, model: rowModel });
  return plain === null || plain.prices === listed.prices;
}

/** Those of `rows` that say something about a seller's model, best first: of one layer those that name its release. */
function rowsFor(rows: readonly IndexedRow[], sold: Sold): IndexedRow[] {
  const release = releaseOf(sold.model);
  const isNamed = (row: IndexedRow): number => Number(row.model !== '*' && releaseOf(row.model) === release);
  return rows
    .filter((row) => (row.provider === null || row.provider === sold.provider) && isAbout(row.model, sold))
    .toSorted((a, b) => b.layer - a.layer || isNamed(b) - isNamed(a));
}

/**
 * The rows by which a Claude model is priced at its maker, for those who sell it too and of whom no price of this very
 * model is known; null when there are none. Better than the price of another model whose name begins alike. A discount
 * that was negotiated with the maker alone holds at nobody else's.
 */
function rowsOfMaker(rows: readonly IndexedRow[], model: string): IndexedRow[] | null {
  if (!coreName(model).startsWith('claude-')) return null;
  const found = rowsFor(rows, { provider: maker, model, listed: null });
  if (!found.some((row) => row.model !== '*' && row.rates !== null)) return null;
  return found
    .filter((row) => row.rates !== null || row.factors.size > 0)
    .map((row) => (row.provider === null ? row : { ...row, discount: null }));
}

/** FNV-1a, 32 bits: tells two sets of rows apart, nothing more. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}

const versionOf = (name: string, overrides: Overrides | undefined): string =>
  overrides === undefined ? '' : `+${name}@${fingerprint(JSON.stringify(overrides))}`;

/** The rows that correct the list and ship with the product. */
export const builtInRows = (): OverrideRow[] => overridesFile.parse(builtInOverrides).prices;

/**
 * Makes a book from the list, the built-in rows and, where given, rows that are shared by all teams and a team's own
 * rows (`overrides`), each of which go before those named earlier here.
 */
export function createPriceBook(
  options: { overrides?: Overrides | undefined; shared?: Overrides | undefined } = {},
): PriceBook {
  const { overrides, shared } = options;
  const rows = [
    ...builtInRows().map((row, line) => indexRow(row, layers.builtIn, line)),
    ...(shared?.prices ?? []).map((row, line) => indexRow(row, layers.shared, line)),
    ...(overrides?.prices ?? []).map((row, line) => indexRow(row, layers.own, line)),
  ].toSorted(bestFirst);
  const ownVersion = versionOf('shared', shared) + versionOf('overrides', overrides);
  const fallback = overrides?.default_price ?? shared?.default_price;
  const kept = new Map<string, Resolution>();

  /** What is known at the first of `sellers` of whom anything is; null when it is of none. */
  function findAt([seller, ...others]: readonly Seller[], first: string | null): Resolution | null {
    if (seller === undefined) return null;
    const listed = canonicalProvider(seller.provider) === seller.provider ? findListed(seller) : null;
    const applying = rowsFor(rows, { provider: seller.provider, model: seller.model, listed });
    const isPriced = applying.some((row) => row.rates !== null);
    // What the seller's own list says nothing of may be in a subscription: that is not guessed.
    const behind = listed?.exact === true ? null : findAt(others, first);
    const byMaker = isPriced || listed?.exact === true ? null : rowsOfMaker(rows, seller.model);
    if (byMaker !== null) {
      const all = [...applying, ...byMaker];
      return { ...seller, certain: false, seller: first, maker, listed: null, rows: all, behind };
    }
    if (listed === null && !isPriced) return behind;
    return { ...seller, seller: first, maker: null, listed, rows: applying, behind };
  }

  function find(call: CallName): Resolution {
    const sellers = resolveProvider(call);
    const first = sellers[0]?.provider ?? null;
    const found = findAt(sellers, first);
    if (found !== null) return found;
    const { model } = call;
    const applying = rowsFor(rows, { provider: null, model, listed: null });
    const nobody = { provider: null, maker: null, listed: null, behind: null };
    return { ...nobody, model, certain: true, seller: first, rows: applying };
  }

  return {
    version: `${listVersion}+${builtInVersion}${ownVersion}`,
    defaultRates: fallback ? overrideRates(fallback) : null,
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
