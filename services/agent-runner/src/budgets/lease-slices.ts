import type { BudgetSyncAnswer, BudgetSyncBody } from '@telltale/contracts/http/budget-sync';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop, type Loop } from '@telltale/runtime/loop';
import type { BudgetPort } from './budget-port.ts';
import { createSliceState, type Amounts } from './slice-state.ts';

/** How long a call waits for those before it, whose real use makes room. */
const longestWaitMs = 30_000;
/** While a call waits for room that others may give back. */
const askAgainMs = 250;
/** A live holder says what it holds at least this often; after 15 s of silence its open reservations leave. */
const beatMs = 1_000;
const holdingBeatMs = 2_000;
const quietBeatMs = 8_000;
const answerMs = 3_000;
/** Who did not answer is not asked for every single call. */
const awayMs = 1_000;
/** A run that makes no call for so long gives back what it does not use. */
const idleMs = 10_000;
const lastWords = 3;

export type LeaseOutcome = 'granted' | 'unreachable' | { spent: readonly string[] };

export type Leases = AsyncDisposable & {
  /** Reserves in all these accounts; waits up to 30 s for room. `unreachable`: nobody answers and the slices are spent. */
  reserve(amounts: Amounts): Promise<LeaseOutcome> | LeaseOutcome;
  /** Reserves without asking. */
  force(amounts: Amounts): void;
  settle(reserved: Amounts, used: Amounts, callId: string): void;
  /** Accounts whose state is to be heard of, whether or not something is reserved in them. */
  know(accounts: readonly string[], keep: (account: string) => boolean): void;
};

/** Leases slices of budgets and spends them without asking; asks when they are spent, and says what it holds meanwhile. */
export function leaseSlices({
  port,
  runId,
  producerId,
  newId,
  onAnswer,
  clock,
  log,
}: {
  port: Pick<BudgetPort, 'sync'>;
  runId: string;
  /** In whose books the calls are. */
  producerId: string | undefined;
  newId: () => string;
  onAnswer: (answer: BudgetSyncAnswer) => void;
  clock: Clock;
  log: Log;
}): Leases {
  const state = createSliceState(newId);
  const stopped = new AbortController();
  let wake = new AbortController();
  let saying: Promise<unknown> = Promise.resolve();
  let queue: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let saidAt = -Infinity;
  let usedAt = clock.monotonic();
  let awayUntil = -Infinity;
  let storedAskedAt = -Infinity;
  let toppingUp = false;
  let notBefore = -Infinity;

  /** One word after the other: a later one always holds more than an earlier one. */
  const say = (
    wanted: Amounts,
    { closing = false, wants }: { closing?: boolean; wants?: () => BudgetSyncBody['wants'] } = {},
  ): Promise<BudgetSyncAnswer> => {
    const turn = async (): Promise<BudgetSyncAnswer> => {
      state.giveBack('wanted', wanted);
      const asking = closing || clock.monotonic() - storedAskedAt >= beatMs;
      if (asking) storedAskedAt = clock.monotonic();
      const word = state.word(closing ? [] : (wants?.() ?? state.lacking(wanted)), { asking, closing });
      try {
        const answer = await port.sync(
          { ...word, run_id: runId, ...(producerId === undefined ? {} : { producer_id: producerId }) },
          AbortSignal.timeout(answerMs),
        );
        saidAt = clock.monotonic();
        if (answer.outcome === 'ok' || answer.outcome === 'refused') {
          state.apply(answer);
          onAnswer(answer);
        } else if (answer.outcome === 'register') state.renew();
        else state.untold();
        return answer;
      } catch (error) {
        state.untold();
        awayUntil = clock.monotonic() + awayMs;
        throw error;
      }
    };
    const said = saying.then(turn);
    saying = said.catch(() => undefined);
    return said;
  };

  /** Leases what the next calls need before they come, so that they need not wait for an answer. */
  const topUp = (amounts: Amounts): void => {
    const now = clock.monotonic();
    if (toppingUp || now < awayUntil || now < notBefore || state.running(amounts).length === 0) return;
    toppingUp = true;
    void say(new Map(), { wants: () => state.running(amounts) })
      .then(({ accounts }) => {
        // Near the limit there is nothing to lease ahead: each call asks for itself.
        if (!accounts.some(({ granted_units }) => granted_units > 0)) notBefore = clock.monotonic() + beatMs;
      })
      // The call that finds no room asks again, and says what is wrong.
      .catch(() => undefined)
      .finally(() => (toppingUp = false));
  };

  const pause = async (ms: number): Promise<void> => {
    if (wake.signal.aborted) wake = new AbortController();
    await clock.sleep(ms, AbortSignal.any([wake.signal, stopped.signal])).catch(() => undefined);
  };

  /** Accounts that have no room even when everything reserved in them comes back. */
  const spentFor = (amounts: Amounts): string[] =>
    [...amounts].flatMap(([account, amount]) => {
      const told = state.told(account);
      return told?.blocked === true && told.limit_units - told.spent_units < amount ? [account] : [];
    });

  const attempt = async (amounts: Amounts, deadline: number): Promise<LeaseOutcome> => {
    for (;;) {
      if (state.take(amounts)) return 'granted';
      if (clock.monotonic() < awayUntil) return 'unreachable';
      let answer: BudgetSyncAnswer;
      try {
        answer = await say(amounts);
      } catch (error) {
        log.warn({ err: error }, 'budgets could not be asked for');
        return 'unreachable';
      }
      if (answer.outcome === 'ok' || answer.outcome === 'register') continue;
      const spent = answer.outcome === 'refused' ? spentFor(amounts) : [];
      const left = deadline - clock.monotonic();
      if (spent.length > 0) return { spent };
      if (left <= 0 || stopped.signal.aborted) {
        const blocked = answer.accounts.filter(({ blocked: is }) => is).map(({ account }) => account);
        return answer.outcome === 'refused' ? { spent: blocked } : 'unreachable';
      }
      await pause(Math.min(left, askAgainMs));
    }
  };

  const turn = async (): Promise<void> => {
    if (!state.knows()) return;
    if (clock.monotonic() - usedAt > idleMs) state.giveBack('everywhere');
    const due = clock.monotonic() - saidAt > (state.holds() ? holdingBeatMs : quietBeatMs);
    if (state.isDirty() || due || (state.holds() && state.isWanted())) await say(new Map());
  };
  let loop: Loop | undefined;
  /** Most runs have no budget: they beat for nobody. */
  const beat = (): void => {
    loop ??= startLoop({ name: 'budgets of a run', turn, everyMs: beatMs, maxBackoffMs: beatMs, clock, log });
  };

  return {
    know(accounts, keep) {
      state.know(accounts);
      if (accounts.length > 0) beat();
      state.drop(keep);
    },
    reserve(amounts) {
      usedAt = clock.monotonic();
      if (waiting === 0 && state.take(amounts)) {
        topUp(amounts);
        return 'granted';
      }
      const deadline = clock.monotonic() + longestWaitMs;
      waiting += 1;
      const outcome = queue.then(() => attempt(amounts, deadline)).finally(() => (waiting -= 1));
      queue = outcome.catch(() => undefined);
      return outcome;
    },
    force: (amounts) => state.force(amounts),
    settle(reserved, used, callId) {
      usedAt = clock.monotonic();
      state.settle(reserved, used, callId);
      if (waiting > 0) wake.abort(null);
      // Somebody waits for what is free now, here or elsewhere.
      const over = [...used].some(([account, amount]) => amount > (reserved.get(account) ?? 0));
      if (state.isWanted() || over) loop?.wake();
    },
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await loop?.[Symbol.asyncDispose]();
      await queue.catch(() => undefined);
      if (!state.knows()) return;
      for (let word = 0; word < lastWords; word += 1) {
        state.end();
        const answer = await say(new Map(), { closing: true }).catch(() => null);
        if (answer === null || answer.outcome === 'ok') return;
      }
    },
  };
}
