import { readBudgetBook, rebaseBudgets } from '@telltale/stream/budgets/budget-book';
import { connectWriter, disconnect } from '@telltale/stream/connect';
import { benchTeam } from './hold-to-budgets.ts';

/**
 * What a gateway does twice a second: what was settled is rolled up, and leaves the book for the totals. In a process of its
 * own, as there.
 */
const everyMs = 500;
const redis = await connectWriter({ url: process.argv[2] ?? '', name: 'bench-totals' });

async function rollUp(): Promise<void> {
  const { version, accounts, holders } = await readBudgetBook(redis, benchTeam);
  const rolledUp = Object.fromEntries([...holders].map(([id, { calls }]) => [id, Object.keys(calls)]));
  const sums = [...holders.values()].flatMap(({ calls }) => Object.values(calls).flatMap(Object.entries<number>));
  const counted = [...accounts].map(([account, { limit, hard, rolledUp: before }]) => ({
    account,
    limit,
    hard,
    rolledUp: sums.reduce((sum, [name, amount]) => (name === account ? sum + amount : sum), before),
    unpricedCalls: 0,
  }));
  const rebase = { accounts: counted, rolledUp, closed: {}, ended: [], forget: [] };
  await rebaseBudgets(redis, benchTeam, { ...rebase, version: version ?? '' });
}

let last: Promise<void> = Promise.resolve();
const timer = setInterval(() => {
  last = last.then(rollUp);
}, everyMs);
process.once('disconnect', () => {
  clearInterval(timer);
  void last.then(() => disconnect(redis));
});
process.send?.('rolling up');
