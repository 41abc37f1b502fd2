import type { StreamBatch } from '@telltale/contracts/batch';
import type { BatchPublisher } from '@telltale/stream/publish-batch';
import type { Relay } from './relay.ts';

/** Straight into the stream: an accepted batch is in Redis when this returns. */
export const streamRelay = (
  publisher: Pick<BatchPublisher, 'publish'>,
  onAccepted: (batch: StreamBatch) => void,
): Relay => ({
  async accept(batch) {
    await publisher.publish(batch);
    onAccepted(batch);
  },
});
