import type { PriceRow } from '@telltale/contracts/http/prices';
import { coreName, releaseOf } from '@telltale/pricing/core-name';
import { listedRow } from '@telltale/pricing/listed-row';
import { builtInRows, isAbout, type PriceBook } from '@telltale/pricing/price-book';
import { canonicalProvider } from '@telltale/pricing/provider-aliases';
import { everyTeamsPrices, type StoredPriceRow } from '@telltale/store/config';

const ranks = { team: 3, instance: 2, built_in: 1, list: 0 } as const;
const isoOf = (time: Date | null): string | null => time?.toISOString() ?? null;
const momentOf = (text: string | undefined): string | null =>
  text === undefined ? null : new Date(text).toISOString();

function fromStored(row: StoredPriceRow): PriceRow {
  return {
    id: row.price_id,
    origin: row.team_id === everyTeamsPrices ? 'instance' : 'team',
    effective: false,
    provider: row.provider,
    model: row.model,
    from: isoOf(row.valid_from),
    until: isoOf(row.valid_until),
    per_million: row.per_million,
    per_request: row.per_request,
    tiers: row.tiers,
    factors: row.factors,
    discount: row.discount === null ? null : Number(row.discount),
    source: row.source,
    note: row.note,
    created_by: row.created_by,
    created_at: isoOf(row.created_at),
  };
}

const nobody = { id: null, created_by: null, created_at: null } as const;

const shipped = (): PriceRow[] =>
  builtInRows().map((row) => ({
    ...nobody,
    origin: 'built_in',
    effective: false,
    provider: row.provider ?? null,
    model: row.model,
    from: momentOf(row.from),
    until: momentOf(row.until),
    per_million: row.per_million ?? null,
    per_request: row.per_request ?? null,
    tiers: row.tiers ?? null,
    factors: row.factors ?? null,
    discount: row.discount ?? null,
    source: row.source ?? null,
    note: row.note ?? null,
  }));

const sellerOf = ({ provider }: PriceRow): string =>
  provider === null ? '' : (canonicalProvider(provider) ?? provider.toLowerCase());
/** The model and its release, however both are written. */
const nameOf = ({ model }: PriceRow): string => (model === '*' ? '*' : `${coreName(model)}\n${releaseOf(model)}`);

/** What a row has a say in. */
const aspectsOf = (row: PriceRow): string[] => [
  ...(row.per_million === null && row.per_request === null ? [] : ['rates']),
  ...(row.discount === null ? [] : ['discount']),
  ...Object.keys(row.factors ?? {}).map((word) => `factor ${word.toLowerCase()}`),
];

/** Marks, of the rows for the same model and seller, the first that is valid now for each thing it says. Best first. */
function markEffective(rows: readonly PriceRow[], now: number): PriceRow[] {
  const said = new Set<string>();
  return rows.map((row) => {
    const isValid =
      (row.from === null || Date.parse(row.from) <= now) && (row.until === null || now < Date.parse(row.until));
    const fresh = isValid ? aspectsOf(row).map((aspect) => `${nameOf(row)}\n${sellerOf(row)}\n${aspect}`) : [];
    const effective = fresh.some((aspect) => !said.has(aspect));
    for (const aspect of fresh) said.add(aspect);
    return { ...row, effective };
  });
}

const startOf = ({ from }: PriceRow): number => (from === null ? -Infinity : Date.parse(from));

/** Every row that holds for a team, best first; `stored` in the order in which they were set. */
function rowsOf(stored: readonly StoredPriceRow[], now: number): PriceRow[] {
  const rows = [...shipped(), ...stored.map(fromStored)].toReversed();
  const best = rows.toSorted((a, b) => {
    const byRank = ranks[b.origin] - ranks[a.origin];
    if (byRank !== 0) return byRank;
    return startOf(a) === startOf(b) ? 0 : startOf(b) > startOf(a) ? 1 : -1;
  });
  return markEffective(best, now);
}

/** The rows that hold for a team; with a model only those that have a say in it, and what the price list says. */
export function listEffective(options: {
  stored: readonly StoredPriceRow[];
  book: PriceBook;
  model: string | undefined;
  provider: string | undefined;
  now: number;
}): PriceRow[] {
  const { stored, book, model, provider, now } = options;
  const rows = rowsOf(stored, now);
  if (model === undefined) return rows;
  const found = book.resolve({ provider, model });
  const { maker } = found;
  const applying = rows.filter((row) => {
    if (!isAbout(row.model, found)) return false;
    if (row.provider === null || sellerOf(row) === found.provider) return true;
    return sellerOf(row) === maker && aspectsOf(row).some((aspect) => aspect !== 'discount');
  });
  const listed = listedRow(book, { provider, model }, now);
  if (listed === null) return applying;
  const { tiers } = listed;
  const unsaid = { from: null, until: null, factors: null, discount: null, source: null, note: null } as const;
  return [...applying, { ...nobody, ...unsaid, ...listed, origin: 'list', tiers: tiers.length === 0 ? null : tiers }];
}
