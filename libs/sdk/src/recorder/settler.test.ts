import { createLog } from '@telltale/runtime/log';
import { createManualClock } from '@telltale/testkit/manual-clock';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import type { BatchTransport } from '../transport/transport.ts';
import { createBatchBook } from './batch-book.ts';
import { startSettler } from './settler.ts';

/** How many batches a door looks for at once. */
const lookFor = 50;

test('while batches are found to be lost the next are asked for at once, and none twice', async () => {
  const clock = createManualClock();
  const left = Array.from({ length: 120 }, (_none, at) => ({ seq: at + 1, count: 1 }));
  const book = createBatchBook({ lastSeq: 120, settledSeq: 0, left });
  for (const entry of book.entries()) entry.state = 'taken';
  const questions: number[] = [];
  const transport: Pick<BatchTransport, 'inquire'> = {
    async inquire(_producer, sent) {
      questions.push(clock.monotonic());
      const missing = sent.slice(0, lookFor).map(({ seq }) => seq);
      return { stored_seq: 0, missing, first_gap: null, store_epoch: null, closed: false };
    },
  };
  const again: number[] = [];
  await using loop = startSettler({
    transport: transport as BatchTransport,
    producerId: 'p',
    book,
    clock,
    log: createLog({ service: 'test', level: 'silent' }),
    onState: async () => {},
    sendAgain: (entries) => {
      for (const entry of entries) {
        again.push(entry.seq);
        entry.takenAt = clock.monotonic();
      }
    },
  });
  const nextTurn = async (ms: number): Promise<void> => {
    await until(() => clock.sleepers() === 1);
    clock.advance(ms);
  };
  await nextTurn(5_000);
  await until(() => questions.length === 1);
  await nextTurn(250);
  await until(() => questions.length === 2);
  await nextTurn(250);
  await until(() => again.length === 120);
  expect(again).toEqual(left.map(({ seq }) => seq));
  expect(loop).toBeDefined();
});
