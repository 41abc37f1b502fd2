import type { Default, DefaultTime, Json, NullableTime, Time } from './columns.ts';

/** One row a batch; the collector inserts it, the aggregator alone marks and removes it. */
export type BatchLedgerTable = {
  team_id: string;
  producer_id: string;
  seq: number;
  batch_no: Default<number>;
  ids_hash: Buffer;
  records: number;
  rejected: Default<number>;
  kinds: string[];
  min_at: Time;
  max_at: Time;
  received_at: Time;
  committed_at: DefaultTime;
  folded_at: NullableTime;
};

export type ProducerTable = {
  team_id: string;
  producer_id: string;
  settled_seq: Default<number>;
  floor: number | null;
  issued: number | null;
  dropped: Default<Json>;
  stored: Default<number>;
  rejected: Default<number>;
  dead_lettered: Default<number>;
  first_seen: DefaultTime;
  last_seen: DefaultTime;
  last_seq: number | null;
  closed_at: NullableTime;
  late_duplicates: Default<number>;
  restored_seq: number | null;
};

/** Seqs that were settled without a batch. */
export type LostRangeTable = {
  team_id: string;
  producer_id: string;
  first_seq: number;
  last_seq: number;
  reason: string;
  closed_at: DefaultTime;
};

/** One row. */
export type StoreEpochTable = {
  singleton: Default<boolean>;
  epoch: Default<string>;
  renewed_at: DefaultTime;
  restores: Default<number>;
};

export type DeadLetterTable = {
  team_id: string;
  letter_id: string;
  producer_id: string;
  seq: number;
  record_id: string | null;
  kind: string | null;
  reason: string;
  detail: string;
  payload: Buffer;
  attempts: Default<number>;
  created_at: DefaultTime;
  last_at: DefaultTime;
};
