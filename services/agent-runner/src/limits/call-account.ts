import { attoOf } from '@telltale/pricing/decimal';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';

export type CallDraft = Extract<RecordDraft, { kind: 'llm_call' }>;

/** What a run's calls came to. Money is in 10^-18 US dollars, so that adding is exact; unpriced calls are not in it. */
export type Spent = { tokens: number; atto: bigint; unpriced: number };

const nothingSpent: Spent = { tokens: 0, atto: 0n, unpriced: 0 };

export const usdOf = (atto: bigint): number => Number(atto) / 1e18;

/** What one call came to; `atto` is null where its price is not known, which is never 0. */
function costOf(call: CallDraft, priceOf: (call: CallDraft) => string | null): { tokens: number; atto: bigint | null } {
  const tokens = (call.input_tokens ?? 0) + (call.output_tokens ?? 0);
  // A refused or failed call that used nothing costs nothing.
  if (tokens === 0 && call.status !== 'ok') return { tokens, atto: 0n };
  const price = priceOf(call);
  return { tokens, atto: price === null ? null : attoOf(price) };
}

/**
 * Adds up what the calls of a run used. The same calls may be told of in several ways: what the proxy saw counts, and
 * where it saw nothing, the way that told of most.
 */
export function createCallAccount({
  priceOf,
  onSpent,
}: {
  /** Exact US dollars, or null where the price is not known. */
  priceOf: (call: CallDraft) => string | null;
  onSpent: (spent: Spent) => void;
}) {
  const told = new Map<CallDraft['origin'], Spent>();
  const spent = (): Spent =>
    told.get('proxy') ??
    [...told.values()].reduce((most, one) => (one.tokens > most.tokens ? one : most), nothingSpent);
  return {
    add(call: CallDraft): void {
      const before = told.get(call.origin) ?? nothingSpent;
      const { tokens, atto } = costOf(call, priceOf);
      told.set(call.origin, {
        tokens: before.tokens + tokens,
        atto: before.atto + (atto ?? 0n),
        unpriced: before.unpriced + (atto === null ? 1 : 0),
      });
      onSpent(spent());
    },
    spent,
  };
}
export type CallAccount = ReturnType<typeof createCallAccount>;
