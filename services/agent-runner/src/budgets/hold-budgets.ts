import { accountsOf, type BudgetAccount } from '@telltale/contracts/budgets/budget-account';
import { fromUnits } from '@telltale/contracts/budgets/budget-units';
import type { BudgetRule } from '@telltale/contracts/budgets/budget-rule';
import type { BudgetRules, BudgetSyncAnswer } from '@telltale/contracts/http/budget-sync';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import type { LimitReading } from '../limits/run-limits.ts';
import type { Admission, CallGate, Refusal } from '../proxy/forward.ts';
import type { BudgetPort, RunSpender } from './budget-port.ts';
import { describeBudget, refusalOf } from './describe-budget.ts';
import type { Estimates } from './estimate-calls.ts';
import { leaseSlices, type LeaseOutcome } from './lease-slices.ts';
import type { Amounts } from './slice-state.ts';

export type HeldBudgets = AsyncDisposable & {
  gate: CallGate;
  /** Whether a hard one is about the run at the moment: what passes the gate by would not be held. */
  holds(): boolean;
  /** A call that no gate saw counts when it is stored; one beyond a spent budget ends the run. */
  saw(record: RecordDraft): void;
};

/** `since`: what was settled here since `spent` was heard; `last`: what the last call used. */
type Standing = { spent: number; since: number; last: number; warned: boolean; told: boolean };
/** A next call may use this much more than the last. */
const margin = 1.25;
const refreshMs = 5_000;
/** How late a run that no budget was about hears of its first one. */
const firstBudgetMs = 15_000;

/** Holds the calls of one run to the budgets of its team. */
export function holdBudgets({
  rules: first,
  port,
  spender,
  producerId,
  estimates,
  prepare,
  onNear,
  onLast,
  onSpent,
  warn,
  newId,
  clock,
  log,
}: {
  rules: BudgetRules;
  port: BudgetPort;
  spender: RunSpender;
  producerId: string | undefined;
  estimates: Estimates;
  /** Called with rules before they hold: prices are loaded where money is counted. */
  prepare: (rules: readonly BudgetRule[]) => Promise<void>;
  /** Most of a budget is spent. */
  onNear: (reading: LimitReading) => void;
  /** After one more call like the last a hard budget has no room for another. */
  onLast: (reading: LimitReading) => void;
  /** A hard budget is spent, and this run wants more. */
  onSpent: (reading: LimitReading) => void;
  warn: (message: string) => void;
  newId: () => string;
  clock: Clock;
  log: Log;
}): HeldBudgets {
  let rules = first;
  let asked = clock.monotonic();
  let unpricedSaid = false;
  let known = new Map<string, BudgetAccount>();
  const standings = new Map<string, Standing>();

  let current: { rules: BudgetRules; accounts: BudgetAccount[]; from: number; to: number } | undefined;

  const accountsNow = (): BudgetAccount[] => {
    const at = clock.now();
    // Asking a calendar is slow, and calls come by the thousand within one hour.
    if (current !== undefined && current.rules === rules && at >= current.from && at < current.to)
      return current.accounts;
    const accounts = accountsOf(rules.rules, spender, { timeZone: rules.time_zone, at });
    current = {
      rules,
      accounts,
      from: Math.max(0, ...accounts.map(({ from }) => from)),
      to: Math.min(Number.POSITIVE_INFINITY, ...accounts.map(({ to }) => to ?? Number.POSITIVE_INFINITY)),
    };
    if (accounts.length !== known.size || accounts.some(({ account }) => !known.has(account))) {
      known = new Map(accounts.map((account) => [account.account, account]));
      leases.know([...known.keys()], (account) => known.has(account));
    }
    return accounts;
  };

  const readingOf = (account: BudgetAccount, spent: number): LimitReading => ({
    limit: 'usd',
    value: fromUnits(spent, account.rule.measure),
    cap: fromUnits(account.rule.limit_units, account.rule.measure),
    evidence: describeBudget(account),
  });

  /** The budgets were changed: what holds from now on is asked for, beside all calls. */
  const refresh = async (stopped: AbortSignal): Promise<void> => {
    if (clock.monotonic() - asked < refreshMs) return;
    asked = clock.monotonic();
    try {
      const signal = AbortSignal.any([stopped, AbortSignal.timeout(refreshMs)]);
      const { budgets } = await port.terms(spender, signal);
      await prepare(budgets.rules);
      rules = budgets;
      accountsNow();
    } catch (error) {
      log.warn({ err: error }, 'changed budgets could not be asked for');
    }
  };

  const onAnswer = (answer: BudgetSyncAnswer): void => {
    if (answer.rules_version !== rules.version) void refresh(over.signal);
    for (const { account: name, spent_units: spent, limit_units: limit } of answer.accounts) {
      const account = known.get(name);
      if (account === undefined) continue;
      const standing = standings.get(name) ?? { spent: 0, since: 0, last: 0, warned: false, told: false };
      standings.set(name, standing);
      standing.spent = spent;
      standing.since = 0;
      const current = { ...account, rule: { ...account.rule, limit_units: limit } };
      const near = spent >= limit * account.rule.warn_at && !standing.warned;
      // A soft one refuses nothing: that it is spent is said too.
      const soft = account.rule.kind === 'soft' && spent >= limit && !standing.told;
      if (!near && !soft) continue;
      standing.warned = true;
      standing.told = spent >= limit;
      onNear(readingOf(current, spent));
    }
  };

  const over = new AbortController();
  const leases = leaseSlices({ port, runId: spender.run_id, producerId, newId, onAnswer, clock, log });
  accountsNow();
  const turn = async (signal: AbortSignal): Promise<void> => {
    if (rules.rules.length > 0) return;
    // Who cannot be asked is asked again with the next turn.
    const version = await port.version?.(spender, signal).catch(() => rules.version);
    if (version !== rules.version) await refresh(signal);
  };
  const loop = startLoop({ name: 'budgets to come', turn, everyMs: firstBudgetMs, clock, log });

  /** Of each account what the last call used. `ahead`: how many more like it come before the one that has to fit. */
  const sayIfLast = (reserved: Amounts, ahead: number): void => {
    for (const account of accountsNow()) {
      const standing = standings.get(account.account);
      if (standing === undefined || standing.last === 0 || account.rule.kind !== 'hard') continue;
      const spent = standing.spent + standing.since;
      const next = standing.last * margin * ahead + (reserved.get(account.account) ?? 0);
      if (spent + next > account.rule.limit_units) onLast(readingOf(account, spent));
    }
  };

  const admit = (reserved: Amounts): Admission => ({
    settle(record) {
      // The reservation leaves when the record of this id is in the totals.
      const id = record.id ?? newId();
      record.id = id;
      const real = estimates.real(record);
      const used = new Map<string, number>();
      for (const { account, rule } of accountsNow()) {
        const amount = rule.measure === 'usd' ? real.usd : real.tokens;
        if (amount !== null) used.set(account, amount);
      }
      leases.settle(reserved, used, id);
      for (const [account, amount] of used) {
        const standing = standings.get(account);
        if (standing === undefined) continue;
        standing.since += amount;
        standing.last = amount;
      }
      sayIfLast(reserved, 1);
    },
  });

  const unpriced = (accounts: readonly BudgetAccount[]): Refusal | null => {
    const ofMoney = accounts.filter(({ rule }) => rule.measure === 'usd');
    const blocking = ofMoney.find(({ rule }) => rule.on_unknown === 'block' && rule.kind === 'hard');
    if (blocking !== undefined) return refusalOf(blocking, 'unknown_price', 0);
    if (!unpricedSaid && ofMoney.some(({ rule }) => rule.on_unknown === 'warn')) {
      unpricedSaid = true;
      warn('a call of this run has no known price, so no budget of money counts it: set a price for it');
    }
    return null;
  };

  const judge = (outcome: LeaseOutcome, accounts: readonly BudgetAccount[], amounts: Amounts): Admission => {
    if (outcome === 'granted') {
      // Its answer tells the agent, before anybody knows what it used.
      sayIfLast(amounts, 2);
      return admit(amounts);
    }
    if (outcome === 'unreachable') {
      const blocking = accounts.find(
        ({ account, rule }) => rule.kind === 'hard' && rule.on_unreachable === 'block' && amounts.has(account),
      );
      if (blocking !== undefined) return { refused: refusalOf(blocking, 'unreachable', 0) };
      leases.force(amounts);
      return admit(amounts);
    }
    const spent = accounts.find(({ account }) => outcome.spent.includes(account)) ?? accounts[0];
    if (spent === undefined) return admit(amounts);
    const units = standings.get(spent.account)?.spent ?? 0;
    onSpent(readingOf(spent, units));
    return { refused: refusalOf(spent, 'spent', units) };
  };

  return {
    holds: () => rules.rules.some(({ kind }) => kind === 'hard'),
    gate(call) {
      const accounts = accountsNow();
      if (accounts.length === 0) return { settle: () => undefined };
      const worst = estimates.worst(call);
      if (worst.usd === null) {
        const refused = unpriced(accounts);
        if (refused !== null) return { refused };
      }
      const amounts = new Map<string, number>();
      for (const { account, rule } of accounts) {
        const amount = rule.measure === 'usd' ? worst.usd : worst.tokens;
        if (amount !== null) amounts.set(account, amount);
      }
      const outcome = leases.reserve(amounts);
      return outcome instanceof Promise
        ? outcome.then((one) => judge(one, accounts, amounts))
        : judge(outcome, accounts, amounts);
    },
    saw(record) {
      if (record.kind !== 'llm_call' || record.origin === 'proxy') return;
      for (const account of accountsNow()) {
        const spent = standings.get(account.account)?.spent ?? 0;
        if (account.rule.kind === 'hard' && spent >= account.rule.limit_units) onSpent(readingOf(account, spent));
      }
    },
    async [Symbol.asyncDispose]() {
      over.abort();
      await loop[Symbol.asyncDispose]();
      await leases[Symbol.asyncDispose]();
    },
  };
}
