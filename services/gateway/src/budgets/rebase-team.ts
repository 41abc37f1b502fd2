import { accountNamed, type BudgetAccount } from '@telltale/contracts/budgets/budget-account';
import type { Clock } from '@telltale/runtime/clock';
import { noteBudgetEpoch, readBudgetEpoch, type Db, type TeamBudgets } from '@telltale/store/config';
import {
  inSnapshot,
  readAccountTotals,
  readClosedProducers,
  readEndedRuns,
  readRolledUp,
  type AccountTotal,
} from '@telltale/store/read';
import {
  openBudgetBook,
  publishBudgetRules,
  readBudgetBook,
  rebaseBudgets,
  silentHolderMs,
  type BudgetBook,
  type CountedAccount,
} from '@telltale/stream/budgets/budget-book';
import type { StreamConnection } from '@telltale/stream/connect';
import { readDataEpoch } from '@telltale/stream/data-epoch';
import { rulesOf } from './team-rules.ts';

export type RebaseDeps = { db: Db; redis: StreamConnection; clock: Clock };

/** An account that no runner names is counted no more after this, and anew when somebody does. */
const unnamedMs = 10 * 60_000;

/**
 * The team's book, opened in the data that Redis has now. When they are others than before, what was reserved is lost, and
 * hard budgets grant nothing until live runners have said again what they hold.
 */
export async function openBook({ db, redis }: RebaseDeps, teamId: string): Promise<BudgetBook> {
  const epoch = await readDataEpoch(redis);
  const book = await readBudgetBook(redis, teamId);
  if (book.epoch === epoch && book.version !== null) return book;
  const before = await readBudgetEpoch(db, teamId);
  await openBudgetBook(redis, { teamId, epoch, lost: before !== null && before !== epoch });
  if (before !== epoch) await noteBudgetEpoch(db, teamId, epoch);
  return readBudgetBook(redis, teamId);
}

const counted = (account: BudgetAccount, total: AccountTotal | undefined): CountedAccount => ({
  account: account.account,
  limit: account.rule.limit_units,
  hard: account.rule.kind === 'hard',
  rolledUp: Math.max(0, total?.units ?? 0),
  unpricedCalls: total?.unpricedCalls ?? 0,
});

/** Begins to count accounts that nobody counted yet. False: the book was changed meanwhile; try again. */
export async function openAccounts(
  deps: RebaseDeps,
  teamId: string,
  accounts: readonly BudgetAccount[],
): Promise<boolean> {
  const { db, redis, clock } = deps;
  const { version } = await openBook(deps, teamId);
  if (version === null) return false;
  const totals = await readAccountTotals(db, { teamId, accounts, now: clock.now() });
  return rebaseBudgets(redis, teamId, {
    version,
    accounts: accounts.map((account) => counted(account, totals.get(account.account))),
    rolledUp: {},
    closed: {},
    ended: [],
    forget: [],
  });
}

/** What is read of the store for a book; all of one snapshot, or a call could be in a total and still be held. */
async function readStore({ db, clock }: RebaseDeps, teamId: string, accounts: BudgetAccount[], book: BudgetBook) {
  const holders = [...book.holders.values()];
  return inSnapshot(db, async (snapshot) => ({
    totals: await readAccountTotals(snapshot, { teamId, accounts, now: clock.now() }),
    rolledUp: await readRolledUp(
      snapshot,
      teamId,
      holders.flatMap(({ calls }) => Object.keys(calls)),
    ),
    closed: await readClosedProducers(
      snapshot,
      teamId,
      holders.flatMap(({ producer }) => producer ?? []),
    ),
    ended: await readEndedRuns(snapshot, teamId, [
      ...holders.map(({ run }) => run),
      ...accounts.flatMap(({ run, rule, of }) => run ?? (rule.subject === 'run' ? (of ?? []) : [])),
    ]),
  }));
}

/** Brings a team's book up to what is rolled up now. False: somebody else did so at the same time. */
export async function rebaseTeam(deps: RebaseDeps, teamId: string, budgets: TeamBudgets): Promise<boolean> {
  const { redis, clock } = deps;
  const book = await openBook(deps, teamId);
  const { rules, time_zone } = rulesOf(budgets);
  if (book.version === null) return false;
  if (book.rules !== budgets.version) await publishBudgetRules(redis, teamId, rulesOf(budgets));
  const names = [...new Set([...book.accounts.keys(), ...book.wanted])];
  if (names.length === 0 && book.holders.size === 0) return true;
  const accounts = names.flatMap((name) => accountNamed(rules, name, time_zone) ?? []);
  const { totals, rolledUp, closed, ended } = await readStore(deps, teamId, accounts, book);
  const now = clock.now();
  const holders = [...book.holders];
  const silent = (beat: number): boolean => now - beat > silentHolderMs;
  const known = new Set(accounts.map(({ account }) => account));
  const unnamed = [...book.accounts].filter(([name, { namedAt }]) => !known.has(name) || now - namedAt > unnamedMs);
  return rebaseBudgets(redis, teamId, {
    version: book.version,
    accounts: accounts.map((account) => counted(account, totals.get(account.account))),
    rolledUp: Object.fromEntries(
      holders.map(([id, { calls }]) => [id, Object.keys(calls).filter((call) => rolledUp.has(call))]),
    ),
    closed: Object.fromEntries(
      holders.flatMap(([id, { producer, calls }]) =>
        producer !== undefined && closed.has(producer) ? [[id, Object.keys(calls)]] : [],
      ),
    ),
    ended: holders.flatMap(([id, { run, beat }]) => (ended.has(run) && silent(beat) ? [id] : [])),
    forget: unnamed.map(([name]) => name),
  });
}
