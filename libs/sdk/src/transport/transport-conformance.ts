import { createHash } from 'node:crypto';
import { idsHashInput } from '@telltale/contracts/ids-hash';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { aRecord } from '@telltale/testkit/records';
import { until } from '@telltale/testkit/until';
import { describe, expect, test } from 'vitest';
import type { BatchTransport, OutgoingBatch, SendResult } from './transport.ts';

/** A batch as the other side got it. */
export type ArrivedBatch = {
  producer_id: string;
  seq: number;
  floor?: number | undefined;
  issued?: number | undefined;
  dropped?: Record<string, number> | undefined;
  last_seq?: number | undefined;
  records: readonly { id: string }[];
};

/** One transport and the other side of it, with the faults that every transport must bear. */
export type ConformanceRig = AsyncDisposable & {
  transport: BatchTransport;
  /** Everything that got through so far, in order. */
  arrived(): Promise<ArrivedBatch[]>;
  /** Makes the other side go away (its port closed), and come back. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  /** Makes the other side take connections and never answer. */
  hang(): Promise<void>;
  /** Lets the other side say that a producer is stored up to `seq`. */
  store(producerId: string, seq: number): Promise<void>;
};

const never = new AbortController().signal;

export function aBatch(seq: number, records: TelemetryRecord[], over: Partial<OutgoingBatch> = {}): OutgoingBatch {
  return {
    producer_id: '0190a0a0-0000-7000-8000-000000000001',
    seq,
    floor: 1,
    issued: records.length,
    dropped: {},
    count: records.length,
    ids_hash: createHash('sha256').update(idsHashInput(records)).digest('hex'),
    records_json: JSON.stringify(records),
    ...over,
  };
}

/** An answer that comes is not waited for as long, however busy the machine is. */
export const patientMs = 30_000;

/**
 * What every transport does, whatever lies under it. Call it in a test file with a way to make a rig whose transport waits
 * so long for an answer.
 */
export function transportConformance(name: string, setUp: (answerMs: number) => Promise<ConformanceRig>): void {
  const sendUntilTaken = (transport: BatchTransport, batch: OutgoingBatch): Promise<SendResult> =>
    until(async () => {
      const result = await transport.send(batch, never);
      return result.outcome === 'taken' ? result : null;
    });

  describe(`the ${name} transport`, () => {
    test('brings a batch over whole: numbers, account and every character', async () => {
      await using rig = await setUp(patientMs);
      const records = [
        aRecord('log_entry', { message: 'naïve ☃ "quoted" \n \u2028 😀' }),
        aRecord('llm_call', { input_tokens: Number.MAX_SAFE_INTEGER, duration_ms: 12.25 }),
      ];
      const batch = aBatch(7, records, { floor: 3, issued: 40, dropped: { spool_full: 2 } });
      expect(await rig.transport.send(batch, never)).toMatchObject({ outcome: 'taken', rejected: [] });
      const [arrived] = await rig.arrived();
      expect(arrived).toMatchObject({
        producer_id: batch.producer_id,
        seq: 7,
        floor: 3,
        issued: 40,
        dropped: { spool_full: 2 },
      });
      expect(arrived?.records).toEqual(records);
    });

    test('takes a batch of a mebibyte, and one of 500 records', async () => {
      await using rig = await setUp(patientMs);
      const large = Array.from({ length: 16 }, () => aRecord('log_entry', { message: 'x'.repeat(65_000) }));
      const many = Array.from({ length: 500 }, () => aRecord('process_sample'));
      expect(await rig.transport.send(aBatch(1, large), never)).toMatchObject({ outcome: 'taken' });
      expect(await rig.transport.send(aBatch(2, many), never)).toMatchObject({ outcome: 'taken' });
      expect((await rig.arrived()).map((batch) => batch.records.length)).toEqual([16, 500]);
    });

    test('closes a producer with a message without records', async () => {
      await using rig = await setUp(patientMs);
      const closing = aBatch(4, [], { last_seq: 3, issued: 5, dropped: { spool_full: 1 } });
      expect(await rig.transport.send(closing, never)).toMatchObject({ outcome: 'taken' });
      expect((await rig.arrived()).at(-1)).toMatchObject({ last_seq: 3, issued: 5, records: [] });
    });

    test('takes the same batch twice', async () => {
      await using rig = await setUp(patientMs);
      const batch = aBatch(1, [aRecord('agent_step')]);
      await rig.transport.send(batch, never);
      expect(['taken', 'settled']).toContain((await rig.transport.send(batch, never)).outcome);
    });

    test('answers retry, never throws, while the other side is away, and goes on when it is back', async () => {
      await using rig = await setUp(patientMs);
      const batch = aBatch(1, [aRecord('agent_step')]);
      await rig.transport.send(batch, never);
      await rig.goAway();
      expect(await rig.transport.send(batch, never)).toMatchObject({ outcome: 'retry' });
      expect(await rig.transport.inquire(batch.producer_id, [], never)).toBeNull();
      await rig.comeBack();
      const second = aBatch(2, [aRecord('agent_step')]);
      await sendUntilTaken(rig.transport, second);
      expect((await rig.arrived()).at(-1)).toMatchObject({ seq: 2 });
    });

    test('gives up on an answer that does not come, as something that may have got through', async () => {
      await using rig = await setUp(500);
      await rig.hang();
      const result = await rig.transport.send(aBatch(1, [aRecord('agent_step')]), never);
      expect(result).toMatchObject({ outcome: 'retry', maybe_taken: true });
    });

    test('says how far a producer is stored, and that nothing is missing while it all lies there', async () => {
      await using rig = await setUp(patientMs);
      const sent: { seq: number; receipt: string | null }[] = [];
      for (const seq of [1, 2, 3]) {
        const result = await rig.transport.send(aBatch(seq, [aRecord('agent_step')]), never);
        sent.push({ seq, receipt: result.outcome === 'taken' ? result.receipt : null });
      }
      const { producer_id } = aBatch(1, []);
      expect(await rig.transport.inquire(producer_id, sent, never)).toMatchObject({ stored_seq: 0, missing: [] });
      await rig.store(producer_id, 2);
      expect(await rig.transport.inquire(producer_id, sent, never)).toMatchObject({ stored_seq: 2, missing: [] });
    });
  });
}
