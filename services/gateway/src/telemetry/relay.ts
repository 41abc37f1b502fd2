import type { StreamBatch } from '@telltale/contracts/batch';

/** Where an accepted batch goes. It returns once the batch survives the end of this process. */
export type Relay = {
  /** Fails with `too_many_requests` or `unavailable` and a retry hint when it cannot take the batch. */
  accept(batch: StreamBatch): Promise<void>;
};
