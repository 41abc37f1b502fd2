/** What a dead process left, for its producer to be brought to an end. */
export type LeftBehind = {
  lastSeq: number;
  settledSeq: number;
  issued: number;
  dropped: Readonly<Record<string, number>>;
  /** Batches that may not be stored. */
  left: readonly { seq: number; count: number }[];
};

/** Of a producer that begins. */
export const nothingLeft: LeftBehind = { lastSeq: 0, settledSeq: 0, issued: 0, dropped: {}, left: [] };
