import { randomBytes } from 'node:crypto';
import type { Admission, CallGate, CallRequest, Refusal } from '../proxy/forward.ts';
import type { LimitReading } from './run-limits.ts';

/** A request with it says that its sender can hand back; with the run's own word in it, that it does so now. */
export const handBackHeader = 'telltale-hand-back';

export type HandBack = {
  /** In the call of the turn, wherever it likes: by it the turn is known. */
  word: string;
  /** Whether the agent is known to be reached by what it is told, or to know the way by itself. */
  supported(): boolean;
  /** It may be offered. */
  awaited(): boolean;
  /** It is said from now on with each answer: the limit was reached, or nearly, and the turn is still to be had. */
  told(): boolean;
  /** It was had, or is under way: nothing that is said can reach the agent any more. */
  taken(): boolean;
  /** The next call but one does not fit any more. Nothing is offered to an agent that is not known to hear it. */
  offer(reading: LimitReading): void;
  /** Calls are refused from now on: who can hand back may, if that still fits. */
  reached(reading: LimitReading): void;
  /** Whether this call is the turn. */
  isTurn(call: CallRequest): boolean;
  /** Lets the turn through, once, and nothing after it; all other calls are for `inner` to judge. */
  around(inner: CallGate): CallGate;
  begun: Promise<void>;
  over: Promise<void>;
};

/**
 * The one last call of an agent whose tokens or money are used up, in which it says what it did and what is left. It is
 * known by a word that the agent was told, so nothing else can take its place, and an agent that is not reached by what
 * it is told has none. It has to fit under the limit as every call.
 */
export function createHandBack({
  heard,
  onOffered,
  onBegun,
}: {
  /** Whether something in the run reads what is left for it to read. */
  heard: () => boolean;
  onOffered: (reading: LimitReading) => void;
  /** The turn is let through: the run has reached its limit. `null`: it was not offered before. */
  onBegun: (reading: LimitReading | null) => void;
}): HandBack {
  const word = `hand-back-${randomBytes(4).toString('hex')}`;
  const begun = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  let state: 'none' | 'offered' | 'open' | 'over' = 'none';
  let offered: LimitReading | null = null;
  let isReached = false;
  let known = false;

  const supported = (): boolean => (known ||= heard());
  const taken = (): boolean => state === 'open' || state === 'over';
  const told = (): boolean => (isReached || state === 'offered') && !taken();
  const isTurn = (call: CallRequest): boolean => told() && call.says?.(word) === true;

  const refusal = (): Refusal => ({
    status: 402,
    type: 'budget_exceeded',
    message: 'The limit of this run is reached, and its last call was made. Finish without further calls.',
  });
  const withWord = ({ message, ...rest }: Refusal): Refusal => ({
    ...rest,
    message: `${message} One last call may hand back what is done, if it fits: with the word ${word} in it.`,
  });

  const turn = async (call: CallRequest, inner: CallGate): Promise<Admission> => {
    known = true;
    const before = state;
    state = 'open';
    const admission = await inner(call);
    if ('refused' in admission) {
      state = before;
      return admission;
    }
    begun.resolve();
    onBegun(offered);
    return {
      settle(record) {
        admission.settle(record);
        state = 'over';
        over.resolve();
      },
    };
  };

  const offer = (reading: LimitReading): void => {
    if (state !== 'none' || !supported()) return;
    state = 'offered';
    offered = reading;
    onOffered(reading);
  };

  return {
    word,
    supported,
    awaited: () => state === 'none' && supported(),
    told,
    taken,
    offer,
    reached(reading) {
      isReached = true;
      offer(reading);
    },
    isTurn,
    around: (inner) => async (call) => {
      known ||= call.canHandBack === true;
      if (isTurn(call)) return turn(call, inner);
      if (taken()) return { refused: refusal() };
      const admission = await inner(call);
      return 'refused' in admission && isReached ? { refused: withWord(admission.refused) } : admission;
    },
    begun: begun.promise,
    over: over.promise,
  };
}
