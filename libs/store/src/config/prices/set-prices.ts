import { TelltaleError } from '@telltale/contracts/errors';
import { mostPriceRows, type OverrideRow, type Overrides } from '@telltale/contracts/price-rows';
import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { Db, DbTransaction } from '../../database.ts';
import { writeAudit } from '../audit.ts';

export type PriceChange = {
  /** `*` for every team. */
  teamId: string;
  prices: readonly OverrideRow[];
  /** null turns it off, undefined leaves it as it is. */
  defaultPrice: Overrides['default_price'];
  actor: string;
};

/** A date alone means 00:00 UTC. */
const momentOf = (text: string | undefined): Date | null => (text === undefined ? null : new Date(text));
const jsonOf = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

/** What makes two rows the same line: a later one replaces an earlier one. */
const lineOf = (row: OverrideRow): string =>
  JSON.stringify([
    row.model,
    row.provider ?? null,
    momentOf(row.from),
    momentOf(row.until),
    row.per_million !== undefined || row.per_request !== undefined,
    row.factors !== undefined,
    row.discount !== undefined,
  ]);

/** Raises the revision, so that collectors load the list anew. Locks the list until the transaction ends. */
export async function touchPriceList(trx: DbTransaction, teamId: string, actor: string): Promise<void> {
  await trx
    .insertInto('price_list')
    .values({ team_id: teamId, changed_by: actor, default_price: null })
    .onConflict((conflict) =>
      conflict.column('team_id').doUpdateSet({
        revision: sql<number>`price_list.revision + 1`,
        changed_by: actor,
        changed_at: sql<Date>`now()`,
      }),
    )
    .execute();
}

async function writeRows(trx: DbTransaction, { teamId, prices, actor }: PriceChange): Promise<string[]> {
  const lines = new Map(prices.map((row) => [lineOf(row), row]));
  const rows = [...lines.values()].map((row) => ({
    price_id: randomUUID(),
    provider: row.provider ?? null,
    model: row.model,
    valid_from: momentOf(row.from),
    valid_until: momentOf(row.until),
    per_million: row.per_million ?? null,
    per_request: row.per_request ?? null,
    tiers: row.tiers ?? null,
    factors: row.factors ?? null,
    discount: row.discount ?? null,
    source: row.source ?? null,
    note: row.note ?? null,
  }));
  const { rows: written } = await sql<{ price_id: string }>`
    insert into price_override (team_id, price_id, provider, model, valid_from, valid_until, per_million, per_request,
      tiers, factors, discount, source, note, created_by)
    select ${teamId}, price_id, provider, model, valid_from, valid_until, nullif(per_million, 'null'::jsonb), per_request,
      nullif(tiers, 'null'::jsonb), nullif(factors, 'null'::jsonb), discount, source, note, ${actor}
    from jsonb_populate_recordset(null::price_override, ${jsonOf(rows)}::jsonb)
    on conflict (team_id, model, coalesce(provider, ''), coalesce(valid_from, '-infinity'::timestamptz),
      coalesce(valid_until, 'infinity'::timestamptz), ((per_million is not null or per_request is not null)),
      ((factors is not null)), ((discount is not null)))
    do update set position = nextval('price_position'), per_million = excluded.per_million,
      per_request = excluded.per_request, tiers = excluded.tiers, factors = excluded.factors,
      discount = excluded.discount, source = excluded.source, note = excluded.note,
      created_by = excluded.created_by, created_at = now()
    returning price_id`.execute(trx);
  return written.map(({ price_id }) => price_id);
}

/**
 * Adds rows, with their audit row, or nothing; a row for the same model, seller and time replaces the one before.
 * Answers the ids of what was written. Collectors price by it within 10 s.
 */
export async function setPrices(db: Db, change: PriceChange): Promise<string[]> {
  const { teamId, prices, defaultPrice, actor } = change;
  return db.transaction().execute(async (trx) => {
    await touchPriceList(trx, teamId, actor);
    const ids = prices.length === 0 ? [] : await writeRows(trx, change);
    const { n } = await trx
      .selectFrom('price_override')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('team_id', '=', teamId)
      .executeTakeFirstOrThrow();
    if (n > mostPriceRows) {
      throw new TelltaleError('conflict', `prices: there may be ${mostPriceRows} rows, with these ${n}; remove some`);
    }
    if (defaultPrice !== undefined) {
      const text = defaultPrice === null ? null : JSON.stringify(defaultPrice);
      await trx.updateTable('price_list').set({ default_price: text }).where('team_id', '=', teamId).execute();
    }
    const detail = {
      rows: ids.length,
      models: [...new Set(prices.map(({ model }) => model))].slice(0, 100),
      ...(defaultPrice === undefined ? {} : { default_price: defaultPrice }),
    };
    await writeAudit(trx, { teamId, actor, action: 'price.set', object: `prices:${teamId}`, detail });
    return ids;
  });
}
