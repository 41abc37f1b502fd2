import type { Clock } from '@telltale/runtime/clock';
import type { Failpoint } from '@telltale/runtime/failpoints';
import type { Log } from '@telltale/runtime/log';
import { createHttpTransport } from '@telltale/sdk/transport/http-transport';
import { createStreamTransport } from '@telltale/sdk/transport/stream-transport';
import type { BatchTransport } from '@telltale/sdk/transport/transport';
import { connectWriter } from '@telltale/stream/connect';
import { createIntakeGate, guardPublisher } from '@telltale/stream/intake-gate';
import { createBatchPublisher } from '@telltale/stream/publish-batch';
import { askSettled } from '@telltale/stream/settled';
import type { RecorderOptions } from './recorder-options.ts';

type DoorOptions = {
  door: RecorderOptions['door'];
  team: string;
  clock: Clock;
  log: Log;
  failpoint: Failpoint;
};

/** How far behind storing may be before the gate closes, as the runner has it. */
const lagMs = 600_000;

/** The way out of a recorder, with a failpoint before each batch leaves its spool and after the door has it. */
export async function openDoor(options: DoorOptions): Promise<BatchTransport> {
  const { failpoint } = options;
  const transport = await transportOf(options);
  return {
    ...transport,
    async send(batch, signal) {
      await failpoint('producer.after_spool');
      const result = await transport.send(batch, signal);
      if (result.outcome === 'taken') await failpoint('producer.after_taken');
      return result;
    },
    async inquire(producerId, sent, signal) {
      const state = await transport.inquire(producerId, sent, signal);
      if (state !== null && state.stored_seq > 0) await failpoint('producer.before_settle');
      return state;
    },
  };
}

async function transportOf({ door, team, clock, log }: DoorOptions): Promise<BatchTransport> {
  if (door.kind === 'http') {
    const { url, key, gzip } = door;
    return createHttpTransport({ url, key, gzipFromBytes: gzip ? 0 : Number.POSITIVE_INFINITY });
  }
  const redis = await connectWriter({ url: door.redisUrl, name: 'telltale-faults-recorder' });
  const gate = createIntakeGate({ redis, limits: { lagMs, teamShare: door.teamShare }, clock, log });
  return createStreamTransport({
    publisher: guardPublisher(createBatchPublisher(redis), gate),
    teamId: team,
    clock,
    settled: (producerId) => askSettled(redis, { teamId: team, producerId }),
  });
}
