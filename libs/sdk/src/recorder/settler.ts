import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop, type Loop } from '@telltale/runtime/loop';
import type { BatchTransport, ProducerState } from '../transport/transport.ts';
import type { BatchBook, BatchEntry } from './batch-book.ts';

/** How often a producer asks about what was taken and is not known to be stored. */
const askEveryMs = 5_000;
/** While gaps are being closed one after another, and while batches are found to be lost: a door looks for 50 at once. */
const askSoonMs = 250;
/** The most batches named in one question. */
const askAbout = 500;
/** How often a producer that waits for nothing looks which store it is. */
const lookEveryMs = 30_000;
/** When the oldest taken batch is offered again although nobody calls it missing; doubles while nothing changes. */
const offerAgainMs = 60_000;

/**
 * Keeps asking until everything taken is stored. Only what is missing is sent again, so that an outage of the store
 * does not multiply what lies in front of it. A door that cannot see its own losses is covered by offering the oldest
 * batch again at growing intervals: one duplicate, which the ledger drops.
 */
export function startSettler({
  transport,
  producerId,
  book,
  clock,
  log,
  onState,
  sendAgain,
}: {
  transport: BatchTransport;
  producerId: string;
  book: BatchBook;
  clock: Clock;
  log: Log;
  onState: (state: ProducerState) => Promise<void>;
  sendAgain: (entries: readonly BatchEntry[]) => void;
}): Loop {
  let patience = offerAgainMs;
  let lookAt = 0;

  let closingGaps = false;
  let carriedFor: number | null = null;

  const overdue = (): BatchEntry[] => {
    const latest = clock.monotonic() - (closingGaps ? 0 : askEveryMs);
    const found: BatchEntry[] = [];
    for (const entry of book.entries()) if (entry.state === 'taken' && entry.takenAt <= latest) found.push(entry);
    return found.sort((a, b) => a.seq - b.seq).slice(0, askAbout);
  };

  const turn = async (signal: AbortSignal): Promise<number> => {
    const asked = overdue();
    // With nothing to ask about, a restore of the store has still to be seen.
    if (asked.length === 0 && (book.settledSeq() === 0 || clock.monotonic() < lookAt)) return askEveryMs;
    const state = await transport.inquire(producerId, asked, signal);
    if (state === null) return askEveryMs;
    lookAt = clock.monotonic() + lookEveryMs;
    const before = book.settledSeq();
    await onState(state);
    if (book.settledSeq() > before) patience = offerAgainMs;

    const missing = new Set(state.missing);
    const again = asked.filter((entry) => missing.has(entry.seq) && book.get(entry.seq) === entry);
    const [oldest] = asked.filter((entry) => book.get(entry.seq) === entry);
    // A gap that nothing will fill: a batch above it has to carry the floor that closes it, once.
    const gap = state.first_gap !== null && book.get(state.first_gap) === undefined ? state.first_gap : null;
    closingGaps = gap !== null && gap !== carriedFor;
    carriedFor = gap;
    const areLost = again.length > 0;
    if (!areLost && oldest !== undefined) {
      const tired = clock.monotonic() - oldest.takenAt >= patience;
      if (tired) patience *= 2;
      if (closingGaps || tired) again.push(oldest);
    }
    if (again.length > 0) sendAgain(again);
    return closingGaps || areLost ? askSoonMs : askEveryMs;
  };

  return startLoop({ name: 'settle', turn, everyMs: askEveryMs, clock, log });
}
