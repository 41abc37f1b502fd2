import type { ColumnType } from 'kysely';
import type { OverrideRow, Overrides } from '@telltale/contracts/price-rows';
import type { Default, DefaultTime, NullableMoney, NullableTime } from './columns.ts';

// Prices of people's own; migrations/0004_prices.sql says what each column means.

/** jsonb that holds one part of a price row; written as its JSON text. */
type PricePart<T> = ColumnType<T | null, string | null, string | null>;

/** numeric, 0 at first. */
type Total = ColumnType<string, string | undefined, string>;

export type PriceListTable = {
  team_id: string;
  revision: Default<number>;
  default_price: PricePart<NonNullable<Overrides['default_price']>>;
  changed_by: string;
  changed_at: DefaultTime;
};

export type PriceOverrideTable = {
  team_id: string;
  price_id: string;
  position: Default<number>;
  provider: string | null;
  model: string;
  valid_from: NullableTime;
  valid_until: NullableTime;
  per_million: PricePart<NonNullable<OverrideRow['per_million']>>;
  per_request: string | null;
  tiers: PricePart<NonNullable<OverrideRow['tiers']>>;
  factors: PricePart<NonNullable<OverrideRow['factors']>>;
  discount: NullableMoney;
  source: string | null;
  note: string | null;
  created_by: string;
  created_at: DefaultTime;
};

export type RepriceRequestTable = {
  team_id: string;
  reprice_id: string;
  from_at: NullableTime;
  to_at: NullableTime;
  model: string | null;
  dry_run: boolean;
  requested_by: string;
  requested_at: DefaultTime;
};

export type RepriceProgressTable = {
  team_id: string;
  reprice_id: string;
  state: Default<'running' | 'done' | 'failed'>;
  cursor_at: NullableTime;
  cursor_id: string | null;
  calls: Default<number>;
  changed_calls: Default<number>;
  before_usd: Total;
  after_usd: Total;
  before_unpriced: Default<number>;
  after_unpriced: Default<number>;
  price_version: string | null;
  failures: Default<number>;
  error: string | null;
  started_at: DefaultTime;
  ended_at: NullableTime;
};
