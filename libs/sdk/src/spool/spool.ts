import type { Lane } from '../recorder/lane.ts';

/** A batch as it lies in a spool. */
export type SpooledBatch = {
  seq: number;
  lane: Lane;
  count: number;
  ids_hash: string;
  /** The producer's totals when the batch was made. */
  issued: number;
  dropped: Readonly<Record<string, number>>;
  records_json: string;
};

/** What the owner of the batches says about one that the spool would like to let go. */
export type DropVerdict = 'drop' | 'release' | 'keep';

/**
 * Where batches wait until they are stored. `append` comes before the first send, and only `settle` (or a full spool)
 * lets go of a batch.
 */
export type Spool = {
  readonly producerId: string;
  /** Says who answers for the batches; called once, before the first append. */
  attach(hooks: SpoolHooks): void;
  /** Resolves when the batch is written (and on disk, when set so); rejects when it cannot be kept. */
  append(batch: SpooledBatch): Promise<void>;
  /** Null when the spool does not have it (any more). */
  read(seq: number): Promise<SpooledBatch | null>;
  /** All up to and including `seq` are stored. */
  settle(seq: number): void;
  /** What ends with the process: of a spool that is on no disk. */
  inMemory?(): SpooledBatch[];
  /** The lowest seq that is still there, settled or not; null when there is none. */
  lowestSeq(): number | null;
  bytes(): number;
  /** Keeps the totals beside the batches, for a reader that comes after this process. */
  note(totals: { issued: number; dropped: Readonly<Record<string, number>> }): void;
  /** Which store `settle` speaks about. */
  meet(storeEpoch: string): void;
  /**
   * Another store: only up to and including `after` is stored. Gives what is still there above it, by seq, settled
   * before or not.
   */
  reopen(after: number, storeEpoch: string): Promise<LeftBatch[]>;
  /** The store that `settle` spoke about last; null before the first word. */
  storeEpoch(): string | null;
  close(lastSeq: number): Promise<void>;
};

export type LeftBatch = { seq: number; count: number };

export type SpoolHooks = {
  /** Asked when the spool is full. */
  verdict(seq: number): DropVerdict;
  /** A batch with the verdict `drop` is gone. */
  dropped(seq: number): void;
};

/** A batch that may be dropped found no room; `bytes` is the spool's limit. */
export class SpoolFullError extends Error {
  readonly bytes: number;
  constructor(bytes: number) {
    super(`the spool is full (${bytes} bytes) of records that must not be lost`);
    this.name = 'SpoolFullError';
    this.bytes = bytes;
  }
}
