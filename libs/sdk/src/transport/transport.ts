/**
 * How a producer's batches travel. Over HTTP through the gateway or straight into the stream: both pass the suite in
 * `transport-conformance.ts`, so no feature exists on one alone.
 */

/** One numbered batch, ready to travel. The records are already JSON: nothing is serialised twice. */
export type OutgoingBatch = {
  producer_id: string;
  seq: number;
  /** Gaps below it will never be filled. */
  floor: number;
  /** Records issued since the producer's opening, dropped ones included. */
  issued: number;
  /** Records dropped since the opening, by reason. */
  dropped: Readonly<Record<string, number>>;
  /** How many records `records_json` holds. */
  count: number;
  /** SHA-256 (hex) over the ids, as contracts' `idsHashInput` says. */
  ids_hash: string;
  /** A JSON array of records, each valid by contracts' schema. */
  records_json: string;
  /** The highest seq ever made: the producer closes with this message. Without records the message uses no seq. */
  last_seq?: number;
};

/** One record that the door refused while it took its neighbours. */
export type RejectedRecord = { index: number; pointer: string; code: string; detail: string };

export type SendResult =
  | {
      /** The batch is safe behind the door. */
      outcome: 'taken';
      rejected: readonly RejectedRecord[];
      /** Highest seq stored with all below it, where the door knows it. */
      stored_seq: number | null;
      /** What the transport wants to see again when asked whether this batch is missing. */
      receipt: string | null;
    }
  /** Nothing was taken and nothing ever will be: the seq is unused. */
  | { outcome: 'refused'; code: string; detail: string }
  /** The ledger has passed this seq already. */
  | { outcome: 'settled' }
  /** The seq belongs to other records: they have to travel under another one. */
  | { outcome: 'reused'; detail: string }
  | {
      outcome: 'retry';
      code: string;
      detail: string;
      retry_after_ms: number | null;
      /** False when the batch certainly did not get through, so that dropping it loses nothing unseen. */
      maybe_taken: boolean;
    };

/** What the other side knows about a producer. */
export type ProducerState = {
  stored_seq: number;
  /** Those of the asked seqs that have to be sent again. */
  missing: readonly number[];
  /** The lowest seq that is not stored while a higher one is. */
  first_gap: number | null;
  /** Changes when the store was restored from a backup. */
  store_epoch: string | null;
  /** The store knows the last seq of this producer. */
  closed: boolean;
};

export type SentBatch = { seq: number; receipt: string | null };

export type BatchTransport = {
  /** Never throws; an abort is a `retry` that may have been taken. */
  send(batch: OutgoingBatch, signal: AbortSignal): Promise<SendResult>;
  /** Asks about batches that were taken but are not known to be stored; null when nobody answers. */
  inquire(producerId: string, sent: readonly SentBatch[], signal: AbortSignal): Promise<ProducerState | null>;
  close(): Promise<void>;
};
