/** What a collector has done since its start and how it is; its heartbeat carries this. */
export type CollectorStats = {
  state: 'running' | 'waiting_for_store' | 'waiting_for_space' | 'stopped_by_store';
  /** Why it waits or stopped; null while it runs. */
  reason: string | null;
  shards: number;
  batches: number;
  records: number;
  /** Redelivered batches that the ledger knew. */
  known: number;
  reused: number;
  /** Batches that came again when only the producer's watermark knew them. */
  late_duplicate: number;
  dead_letters: number;
  /** Batches taken over from a collector that ended without acknowledging them. */
  recovered: number;
  /** Entries that vanished from the stream before they were acknowledged; their producers send them again. */
  vanished: number;
  trimmed: number;
};

export const emptyStats = (): CollectorStats => ({
  state: 'running',
  reason: null,
  shards: 0,
  batches: 0,
  records: 0,
  known: 0,
  reused: 0,
  late_duplicate: 0,
  dead_letters: 0,
  recovered: 0,
  vanished: 0,
  trimmed: 0,
});
