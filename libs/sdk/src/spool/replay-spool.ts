import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { createProducer } from '../recorder/producer.ts';
import type { BatchTransport } from '../transport/transport.ts';
import { openDeadSpool } from './dead-spool.ts';

/** The longest one spool may keep the others waiting. */
const sendMs = 10 * 60_000;
/** After everything is sent: how often and how many times to ask whether it is stored. */
const askEveryMs = 500;
const asks = 60;

/**
 * Sends what one dead process left and waits until it is stored. False when that has to be tried again: the door is
 * away, or it has everything but the store has not.
 */
export async function replaySpool(
  {
    folder,
    producerId,
    transport,
    clock,
    log,
    random,
  }: { folder: string; producerId: string; transport: BatchTransport; clock: Clock; log: Log; random: () => number },
  signal: AbortSignal,
): Promise<boolean> {
  // Asked before anything is read: while the door is away, each short process would read all of it for nothing.
  const known = await transport.inquire(producerId, [], signal);
  if (known === null) return false;
  const spool = await openDeadSpool({ folder, clock, signal });
  if (spool === null) return true;
  const { state, left, lastSeq } = spool;
  if (spool.damaged > 0) log.warn({ folder, stretches: spool.damaged }, 'a spool is damaged; what is whole is sent');
  if (lastSeq === 0 && spool.bytes() === 0) {
    await spool.discard();
    return true;
  }
  const { settled_seq: settledSeq, issued, dropped } = state;
  const resume = { lastSeq, settledSeq, issued, dropped, left };
  const producer = createProducer({ transport, spool, clock, log, random, resume });
  const cut = new Promise<false>((resolve) => {
    signal.addEventListener('abort', () => resolve(false), { once: true });
  });
  const isStored = (): boolean => producer.stats().settled_seq >= lastSeq;

  const askStored = async (): Promise<void> => {
    const answer = await transport.inquire(producerId, [], signal);
    if (answer !== null) await producer.resumeAfter(answer);
  };

  const send = async (): Promise<boolean> => {
    await producer.resumeAfter(known);
    if (!isStored()) log.info({ producer_id: producerId, batches: left.length }, 'sending what a dead process left');
    if (!(await producer.drained(sendMs))) return false;
    for (let ask = 0; ask < asks && !isStored() && !signal.aborted; ask += 1) {
      await askStored();
      if (!isStored()) await clock.sleep(askEveryMs, signal).catch(() => undefined);
    }
    return isStored();
  };

  const stored = await Promise.race([send(), cut]);
  await producer.close(0);
  return stored;
}
