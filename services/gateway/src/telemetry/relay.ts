import type { StreamBatch } from '@telltale/contracts/batch';

/** What is known of a batch that was taken. */
export type Accepted = {
  /** Where it lies in the stream, in the words of `receiptOf`; null when it is stored already. */
  receipt: string | null;
  /** The highest seq of its producer that is stored with all below it; null when nobody has said. */
  storedSeq: number | null;
};

/** Where an accepted batch goes. It returns once the batch survives the end of this process. */
export type Relay = {
  /** Fails with `too_many_requests` or `unavailable` and a retry hint when it cannot take the batch. */
  accept(batch: StreamBatch): Promise<Accepted>;
  /** Throws what `accept` would, before anybody reads a body that cannot be taken anyway. */
  ready?(team: string): void;
};
