import type { BudgetSyncAnswer, BudgetSyncBody, SyncedAccount } from '@telltale/contracts/http/budget-sync';

/** Units by account. */
export type Amounts = ReadonlyMap<string, number>;

type Slice = {
  /** Reserved for calls that are open. */
  open: number;
  /** Leased and not reserved. */
  free: number;
  /** As it was told last; null before the first answer. */
  told: SyncedAccount | null;
};
type Settled = { call_id: string; amounts: Record<string, number> };

/**
 * Asked for beyond what a call needs, in calls like it, so that the next ones need not ask; the nearer the limit, the less
 * is granted. Who has many calls open at once will soon make as many.
 */
const leastAhead = 8;
const mostAhead = 64;
/** For fewer calls than this the next ones are leased, beside the call that found it so. */
const near = 3;
const mostSettledAtOnce = 2_000;
const mostAskedAtOnce = 200;

/** What one holder of slices has, as far as it knows itself. What it says of it is always the whole. */
export function createSliceState(newHolder: () => string) {
  const slices = new Map<string, Slice>();
  const settled = new Map<number, Settled>();
  let holder = newHolder();
  /** Calls that are open. */
  let calls = 0;
  let n = 0;
  let k = 0;
  let told = 0;
  /** Settled calls that were asked for with the last word, by their number. */
  let asked: [k: number, callId: string][] = [];
  let known = false;
  /** Something changed that was not told yet. */
  let dirty = true;

  const sliceOf = (account: string): Slice => {
    const slice = slices.get(account) ?? { open: 0, free: 0, told: null };
    slices.set(account, slice);
    return slice;
  };

  const ahead = (): number => Math.min(mostAhead, Math.max(leastAhead, calls));
  const few = (): number => Math.max(near, Math.floor(ahead() / 2));

  return {
    /** Makes accounts known, so that their state is told. */
    know(accounts: readonly string[]): void {
      if (accounts.length > 0) known = true;
      for (const account of accounts) sliceOf(account);
    },
    /** Accounts that are not counted any more. */
    drop(keep: (account: string) => boolean): void {
      for (const [account, { open }] of slices) {
        if (open > 0 || keep(account)) continue;
        slices.delete(account);
        dirty = true;
      }
    },
    /** Reserves in all accounts, or in none: false. */
    take(amounts: Amounts): boolean {
      for (const [account, amount] of amounts) if (sliceOf(account).free < amount) return false;
      calls += 1;
      for (const [account, amount] of amounts) {
        const slice = sliceOf(account);
        slice.free -= amount;
        slice.open += amount;
      }
      return true;
    },
    /** Reserves although nobody granted it. */
    force(amounts: Amounts): void {
      dirty = true;
      calls += 1;
      for (const [account, amount] of amounts) {
        const slice = sliceOf(account);
        slice.free = Math.max(0, slice.free - amount);
        slice.open += amount;
      }
    },
    lacking(amounts: Amounts): BudgetSyncBody['wants'] {
      return [...amounts].flatMap(([account, amount]) => {
        const lack = amount - sliceOf(account).free;
        return lack > 0 ? [{ account, amount: lack, extra: amount * ahead() }] : [];
      });
    },
    /** Where the next call like this one would find no room: what is to be leased before it comes. */
    running(amounts: Amounts): BudgetSyncBody['wants'] {
      return [...amounts].flatMap(([account, amount]) => {
        const { free, told } = sliceOf(account);
        return amount > 0 && free < amount * few() && told?.wanted !== true
          ? [{ account, amount: 0, extra: amount * ahead() }]
          : [];
      });
    },
    /** A call is over: what it really used takes the place of what was reserved. Unused room stays leased. */
    settle(reserved: Amounts, used: Amounts, callId: string): void {
      dirty = true;
      calls = Math.max(0, calls - 1);
      for (const [account, amount] of reserved) {
        const slice = sliceOf(account);
        slice.open = Math.max(0, slice.open - amount);
        slice.free += Math.max(0, amount - (used.get(account) ?? 0));
      }
      const amounts = Object.fromEntries([...used].filter(([, amount]) => amount > 0));
      if (Object.keys(amounts).length === 0) return;
      k += 1;
      settled.set(k, { call_id: callId, amounts });
    },
    /** Gives back what is free where somebody waits for it, or everywhere. */
    giveBack(where: 'wanted' | 'everywhere', except: Amounts = new Map()): void {
      for (const [account, slice] of slices) {
        if (slice.free === 0 || except.has(account) || (where === 'wanted' && slice.told?.wanted !== true)) continue;
        slice.free = 0;
        dirty = true;
      }
    },
    /** Calls are over and nothing is open: for the last word. */
    end(): void {
      for (const slice of slices.values()) Object.assign(slice, { open: 0, free: 0 });
    },
    /** `asking`: also which of the settled calls are stored by now. */
    word(
      wants: BudgetSyncBody['wants'],
      { asking, closing }: { asking: boolean; closing: boolean },
    ): Omit<BudgetSyncBody, 'run_id' | 'producer_id'> {
      n += 1;
      dirty = false;
      const untold: [number, Settled][] = [];
      asked = [];
      // A map keeps its order: they rise.
      for (const [number, call] of settled) {
        if (number <= told) {
          if (asking && asked.length < mostAskedAtOnce) asked.push([number, call.call_id]);
        } else if (untold.length < mostSettledAtOnce) untold.push([number, call]);
        else dirty = true;
      }
      return {
        holder,
        n,
        slices: [...slices].map(([account, { open, free }]) => ({ account, open, free })),
        settled: untold.map(([number, call]) => ({ k: number, ...call })),
        asks: asked.map(([, callId]) => callId),
        wants,
        closing,
      };
    },
    /** What was not understood, or whose answer was lost, is told again. */
    untold(): void {
      dirty = true;
    },
    apply(answer: BudgetSyncAnswer): void {
      told = answer.settled_k;
      const pending = new Set(answer.pending);
      for (const [number, callId] of asked) if (!pending.has(callId)) settled.delete(number);
      for (const account of answer.accounts) {
        const slice = sliceOf(account.account);
        slice.free += account.granted_units;
        slice.told = account;
      }
    },
    /** Whoever counts has lost everything: a new holder tells it from the beginning. */
    renew(): void {
      const kept = [...settled.values()];
      settled.clear();
      for (const [index, call] of kept.entries()) settled.set(index + 1, call);
      [holder, n, k, told, dirty] = [newHolder(), 0, kept.length, 0, true];
    },
    told: (account: string): SyncedAccount | null => slices.get(account)?.told ?? null,
    /** Whether any budget was ever about it. */
    knows: (): boolean => known,
    isDirty: (): boolean => dirty,
    holds: (): boolean => [...slices.values()].some(({ open, free }) => open + free > 0),
    isWanted: (): boolean => [...slices.values()].some((slice) => slice.told?.wanted === true),
  };
}
