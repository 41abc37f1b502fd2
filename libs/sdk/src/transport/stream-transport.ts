import type { StreamBatch } from '@telltale/contracts/batch';
import { TelltaleError } from '@telltale/contracts/errors';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import type { BatchTransport, ProducerState, SendResult } from './transport.ts';

/** Where an entry lies; what the stream's publisher answers. */
type Entry = { shard: number; entryId: string };

export type StreamTransportDeps = {
  /** libs/stream's batch publisher. */
  publisher: { publish(batch: StreamBatch): Promise<Entry>; exists(entry: Entry): Promise<boolean> };
  /** The team that whoever checked the key found; every batch is stamped with it. */
  teamId: string;
  /** How far a producer is stored, by the collector's word; null when it has not spoken. */
  settled: (producerId: string) => Promise<Omit<ProducerState, 'missing'> | null>;
  clock: { now(): number };
};

/** How many entries one question looks for. */
const lookFor = 50;

const receiptOf = ({ shard, entryId }: Entry): string => `${shard}/${entryId}`;

function entryOf(receipt: string | null): Entry | null {
  const match = receipt === null ? null : /^(\d+)\/(.+)$/.exec(receipt);
  return match?.[2] === undefined ? null : { shard: Number(match[1]), entryId: match[2] };
}

/** Batches straight into the stream, for what is deployed together with Redis. */
export function createStreamTransport({ publisher, teamId, settled, clock }: StreamTransportDeps): BatchTransport {
  /** Gone from the stream and not known to be stored: to be sent again. */
  const isMissing = async (receipt: string | null): Promise<boolean> => {
    const entry = entryOf(receipt);
    return entry !== null && !(await publisher.exists(entry));
  };

  return {
    async send(
      { producer_id, seq, floor, issued, dropped, ids_hash, records_json, last_seq },
      signal,
    ): Promise<SendResult> {
      if (signal.aborted) {
        return { outcome: 'retry', code: 'aborted', detail: 'stopped', retry_after_ms: null, maybe_taken: false };
      }
      try {
        const entry = await publisher.publish({
          v: 1,
          team_id: teamId,
          producer_id,
          seq,
          ids_hash,
          floor,
          issued,
          dropped: { ...dropped },
          ...(last_seq === undefined ? {} : { last_seq }),
          received_at: new Date(clock.now()).toISOString(),
          rejected: 0,
          records: JSON.parse(records_json) as TelemetryRecord[],
        });
        return { outcome: 'taken', rejected: [], stored_seq: null, receipt: receiptOf(entry) };
      } catch (error) {
        const { code, retryAfter } =
          error instanceof TelltaleError ? error : { code: 'internal', retryAfter: undefined };
        return {
          outcome: 'retry',
          code,
          detail: error instanceof Error ? error.message : String(error),
          retry_after_ms: retryAfter === undefined ? null : retryAfter * 1_000,
          maybe_taken: true,
        };
      }
    },

    async inquire(producerId, sent): Promise<ProducerState | null> {
      try {
        const state = (await settled(producerId)) ?? {
          stored_seq: 0,
          first_gap: null,
          store_epoch: null,
          closed: false,
        };
        const missing: number[] = [];
        for (const { seq, receipt } of sent.filter((batch) => batch.seq > state.stored_seq).slice(0, lookFor)) {
          if (await isMissing(receipt)) missing.push(seq);
        }
        // Acknowledged entries are trimmed: what vanished while we looked may have been stored meanwhile.
        const after = missing.length > 0 ? ((await settled(producerId)) ?? state) : state;
        return { ...after, missing: missing.filter((seq) => seq > after.stored_seq) };
      } catch {
        // Asking is best effort: the next question comes in seconds.
        return null;
      }
    },

    async close() {},
  };
}
