import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop, type Loop } from '@telltale/runtime/loop';
import type { BatchTransport } from '../transport/transport.ts';
import type { BatchBook, BatchEntry } from './batch-book.ts';

/** How often a producer asks about what was taken and is not known to be stored. */
const askEveryMs = 5_000;
/** The most batches named in one question. */
const askAbout = 500;
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
  onStored,
  sendAgain,
}: {
  transport: BatchTransport;
  producerId: string;
  book: BatchBook;
  clock: Clock;
  log: Log;
  onStored: (seq: number) => void;
  sendAgain: (entries: readonly BatchEntry[]) => void;
}): Loop {
  let patience = offerAgainMs;

  const overdue = (): BatchEntry[] => {
    const now = clock.monotonic();
    const found: BatchEntry[] = [];
    for (const entry of book.entries()) {
      if (entry.state !== 'taken') continue;
      if (found.length === 0 && now - entry.takenAt < askEveryMs) return [];
      found.push(entry);
      if (found.length === askAbout) break;
    }
    return found;
  };

  const turn = async (signal: AbortSignal): Promise<void> => {
    const asked = overdue();
    if (asked.length === 0) return;
    const state = await transport.inquire(producerId, asked, signal);
    if (state === null) return;
    const before = book.settledSeq();
    onStored(state.stored_seq);
    if (book.settledSeq() > before) patience = offerAgainMs;

    const missing = new Set(state.missing);
    const again = asked.filter((entry) => missing.has(entry.seq) && book.get(entry.seq) === entry);
    const [oldest] = asked.filter((entry) => book.get(entry.seq) === entry);
    if (again.length === 0 && oldest !== undefined) {
      // A gap that nothing will fill: a batch above it has to carry the floor that closes it.
      const unfillable = state.first_gap !== null && book.get(state.first_gap) === undefined;
      const tired = clock.monotonic() - oldest.takenAt >= patience;
      if (tired) patience *= 2;
      if (unfillable || tired) again.push(oldest);
    }
    if (again.length > 0) sendAgain(again);
  };

  return startLoop({ name: 'settle', turn, everyMs: askEveryMs, clock, log });
}
