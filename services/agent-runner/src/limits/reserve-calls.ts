import { attoOf } from '@telltale/pricing/decimal';
import type { Clock } from '@telltale/runtime/clock';
import { waysOf } from '../budgets/estimate-calls.ts';
import type { Admission, CallGate, CallRequest } from '../proxy/forward.ts';
import { usdOf, type CallAccount, type CallDraft, type Spent } from './call-account.ts';
import type { HandBack } from './hand-back.ts';
import type { LimitReading, RunLimits } from './run-limits.ts';

type Amount = { tokens: number; atto: bigint };

/** How long a call waits for those before it, whose real use makes room. */
const longestWaitMs = 30_000;
/** Output of a call that names no bound, before any was seen. */
const firstOutputTokens = 8_192;
/** What was seen before may be this much less than what comes. */
const margin = 1.25;
const nothing: Amount = { tokens: 0, atto: 0n };

/**
 * Holds the calls of a run to its limits of tokens and money before they are made. Each is let through with the most it
 * can use reserved: no more tokens than its request has bytes, and the output it asks for. When that does not fit it waits
 * for the calls that are open; the last one alone is let through by what calls of this run were like, so that a limit is
 * not hit far too early by a bound that no real text reaches. An agent that can hand back is told when one more call fits
 * and, as far as calls of this run tell, none after it.
 */
export function reserveCalls({
  limits,
  account,
  priceOf,
  handBack,
  onRefused,
  clock,
}: {
  limits: Pick<RunLimits, 'tokens' | 'usd'>;
  account: CallAccount;
  priceOf: (call: CallDraft) => string | null;
  handBack: Pick<HandBack, 'awaited' | 'offer'>;
  /** The next call does not fit any more. */
  onRefused: (limit: 'tokens' | 'usd', spent: Spent) => void;
  clock: Clock;
}): CallGate {
  const open = new Set<Amount>();
  let wake = new AbortController();
  let tokensPerByte: number | null = null;
  let greatestOutput: number | null = null;

  const seen = (): number => (greatestOutput === null ? firstOutputTokens : Math.ceil(greatestOutput * margin));
  const mostOf = ({ facts }: CallRequest): number => (facts.mostOutput ?? seen()) * (facts.answers ?? 1);
  const amountOf = (call: CallRequest, inputTokens: number, output = mostOf(call)): Amount => {
    // A price that is not known reserves nothing: it is never guessed, and the call is counted as unpriced.
    const prices = waysOf(call, inputTokens, output).map((way) => attoOf(priceOf(way) ?? '0'));
    return { tokens: inputTokens + output, atto: prices.reduce((most, price) => (price > most ? price : most), 0n) };
  };

  /** What so many bytes can be expected to be at most, by what calls of this run were like. */
  const likelyInput = (bytes: number): number => Math.min(bytes, Math.ceil(bytes * (tokensPerByte ?? 1) * margin));

  /** The limit that amounts do not fit under, beside all that is spent and reserved. */
  const blocking = (amount: Amount, kept: Amount = nothing): 'tokens' | 'usd' | null => {
    const spent = account.spent();
    let tokens = spent.tokens + amount.tokens + kept.tokens;
    let atto = spent.atto + amount.atto + kept.atto;
    for (const other of open) {
      tokens += other.tokens;
      atto += other.atto;
    }
    if (limits.tokens !== undefined && tokens > limits.tokens) return 'tokens';
    return limits.usd !== undefined && usdOf(atto) > limits.usd ? 'usd' : null;
  };

  const reading = (limit: 'tokens' | 'usd'): LimitReading => {
    const spent = account.spent();
    return { limit, value: limit === 'tokens' ? spent.tokens : usdOf(spent.atto), cap: limits[limit] ?? 0 };
  };
  /**
   * A conversation grows: where after a next call like this one there is no room for another that asks for as much, the
   * agent is told. Before the answer, whose header tells it, by what this call will have used; and after it.
   */
  const offerTurn = (call: CallRequest, answered: boolean): void => {
    if (!handBack.awaited()) return;
    const input = likelyInput(Math.ceil(call.bodyBytes * margin));
    const next = amountOf(call, input, Math.min(mostOf(call), seen()));
    const last = amountOf(call, input);
    const before = answered ? next : { tokens: next.tokens * 2, atto: next.atto * 2n };
    const limit = blocking(before, last);
    if (limit !== null) handBack.offer(reading(limit));
  };

  const admit = (call: CallRequest, amount: Amount): Admission => {
    if (greatestOutput !== null) offerTurn(call, false);
    open.add(amount);
    return {
      settle(record) {
        open.delete(amount);
        if (record.input_tokens !== undefined && call.bodyBytes > 0)
          tokensPerByte = Math.max(tokensPerByte ?? 0, record.input_tokens / call.bodyBytes);
        if (record.output_tokens !== undefined) greatestOutput = Math.max(greatestOutput ?? 0, record.output_tokens);
        // The account hears of it in the same turn; only then is there room.
        queueMicrotask(() => {
          wake.abort(null);
          offerTurn(call, true);
        });
      },
    };
  };

  return async (call) => {
    const deadline = clock.monotonic() + longestWaitMs;
    const worst = amountOf(call, call.bodyBytes);
    for (;;) {
      if (blocking(worst) === null) return admit(call, worst);
      const left = deadline - clock.monotonic();
      if (open.size === 0 || left <= 0) break;
      if (wake.signal.aborted) wake = new AbortController();
      await clock.sleep(left, wake.signal).catch(() => undefined);
    }
    const likely = amountOf(call, likelyInput(call.bodyBytes));
    const limit = blocking(likely);
    if (limit === null) return admit(call, likely);
    const spent = account.spent();
    onRefused(limit, spent);
    const [used, cap] =
      limit === 'tokens'
        ? [`${spent.tokens} tokens`, `${limits.tokens}`]
        : [`$${usdOf(spent.atto).toFixed(4)}`, `$${limits.usd}`];
    const message = `The limit of this run is reached: ${used} of ${cap} are used, and this call may not fit. Finish without further calls.`;
    return { refused: { status: 402, type: 'budget_exceeded', message } };
  };
}
