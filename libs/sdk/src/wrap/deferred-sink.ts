import type { Clock } from '@telltale/runtime/clock';
import type { Identity, RecordDraft } from '../recorder/draft.ts';
import type { RecordSink } from '../recorder/recorder.ts';

/** Records that wait to be serialised; more are dropped and counted, never kept at the cost of the agent's memory. */
const mostWaiting = 100_000;
/** Serialised in one go before the agent's own work has its turn. */
const atOnce = 200;

type Waiting = { make: () => RecordDraft | null; who: Partial<Identity>; now: number };

/** Takes records with nothing but a push on the caller's path; they are made and serialised between the agent's turns. */
export type DeferredSink = {
  /** `make` is called later and may throw: then the record is dropped. `who` is the scope of the caller. */
  defer(who: Partial<Identity>, make: () => RecordDraft | null): void;
  /** Work that comes before what was deferred after it, such as reading a piece of an answer. */
  later(work: () => void): void;
  /** Does everything that waits, now. */
  drain(): void;
  /** Records that no room was left for, or that could not be made. */
  dropped(): number;
};

/** Nothing that is handed in can throw into the caller. */
export function createDeferredSink({ sink, clock }: { sink: RecordSink; clock: Pick<Clock, 'now'> }): DeferredSink {
  let waiting: (Waiting | (() => void))[] = [];
  let scheduled = false;
  let dropped = 0;

  const one = (item: Waiting | (() => void)): void => {
    try {
      if (typeof item === 'function') {
        item();
        return;
      }
      const draft = item.make();
      if (draft !== null) sink.record({ at: new Date(item.now).toISOString(), ...item.who, ...draft });
    } catch {
      // A getter or a value of the agent's that throws is no reason to disturb the agent: drop and count.
      dropped += 1;
    }
  };

  const turn = (): void => {
    scheduled = false;
    const now = waiting.splice(0, atOnce);
    for (const item of now) one(item);
    if (waiting.length > 0) schedule();
  };
  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(turn);
  };
  const add = (item: Waiting | (() => void)): void => {
    if (waiting.length >= mostWaiting) dropped += 1;
    else waiting.push(item);
    schedule();
  };

  return {
    defer: (who, make) => add({ make, who, now: clock.now() }),
    later: add,
    drain() {
      // What is read may make a record that waits in turn.
      while (waiting.length > 0) {
        const all = waiting;
        waiting = [];
        for (const item of all) one(item);
      }
    },
    dropped: () => dropped,
  };
}
