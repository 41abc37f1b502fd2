/** The producer's account. Numbers of records, except where a name says otherwise. */
export type ProducerStats = {
  /** Handed to `record`, dropped ones included. */
  issued: number;
  /** Never published, by reason. */
  dropped: Readonly<Record<string, number>>;
  /** Refused by the door within batches that it took. */
  rejected: number;
  /** In batches that are not behind the door yet. */
  unsent: number;
  /** Highest seq known to be stored with all below it; 0 before the first. */
  settled_seq: number;
  /** Failed sends in a row; 0 while the door answers. */
  failures: number;
  /** Why the latest failed send failed; null before the first. */
  last_failure: { code: string; detail: string } | null;
  spool_bytes: number;
};
