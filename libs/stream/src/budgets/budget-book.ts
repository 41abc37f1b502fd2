import type { BudgetRules, BudgetSyncAnswer, BudgetSyncBody } from '@telltale/contracts/http/budget-sync';
import { budgetRules } from '@telltale/contracts/http/budget-sync';
import { z } from 'zod';
import type { StreamConnection } from '../connect.ts';
import { keys } from '../keys.ts';
import { runScript } from '../run-script.ts';
import { toStreamError } from '../stream-error.ts';
import { openScript, rebaseScript, syncScript } from './scripts.ts';

/** A live holder says something every two seconds; after this its open reservations leave. */
export const silentHolderMs = 15_000;
/** After a wipe, until all live holders have registered again, hard budgets grant nothing. */
export const gatheringMs = 15_000;

/** Whole numbers are text in what scripts answer. */
const whole = z.string().transform(Number);
/** An empty table of Lua is written as an object. */
const list = <T extends z.ZodType>(item: T) =>
  z.preprocess((value) => (Array.isArray(value) ? value : []), z.array(item));

const synced = z.object({
  k: whole,
  about: list(z.tuple([z.string(), whole, whole, whole, whole, z.string(), z.string()])),
  pending: list(z.string()),
  gathering: whole,
});
const opening = z.object({ accounts: list(z.string()) });

const holderRow = z.object({
  n: whole,
  beat: whole,
  run: z.string(),
  producer: z.string().optional(),
  slices: z.record(z.string(), z.tuple([whole, whole])),
});
const callAmounts = z.record(z.string(), whole);
export type BudgetHolder = z.output<typeof holderRow> & {
  /** Settled and not rolled up: what each came to, by account. */
  calls: Record<string, z.output<typeof callAmounts>>;
};

/** What is counted of an account, in units. */
export type AccountSums = {
  limit: number;
  hard: boolean;
  rolledUp: number;
  settled: number;
  reserved: number;
  unpricedCalls: number;
  /** When a holder last named it, in ms since 1970 by Redis's clock. */
  namedAt: number;
};

export type BudgetBook = {
  /** null: nobody opened it in these data of Redis. */
  version: string | null;
  epoch: string | null;
  /** The version of the rules that were published last. */
  rules: string | null;
  accounts: Map<string, AccountSums>;
  holders: Map<string, BudgetHolder>;
  /** Accounts that somebody found not counted. */
  wanted: string[];
};

export type CountedAccount = { account: string; limit: number; hard: boolean; rolledUp: number; unpricedCalls: number };

export type Rebase = {
  /** Of the book as it was read before the totals were. */
  version: string;
  accounts: readonly CountedAccount[];
  /** Calls by holder that the totals hold. */
  rolledUp: Readonly<Record<string, readonly string[]>>;
  /** Calls of holders whose producer's books are closed: nothing of theirs is still to come. */
  closed: Readonly<Record<string, readonly string[]>>;
  /** Holders whose run has ended and who say nothing any more. */
  ended: readonly string[];
  /** Accounts that are over; they go when nothing is left in them. */
  forget: readonly string[];
};

type SyncOutcome = Omit<BudgetSyncAnswer, 'rules_version'> & {
  /** With `opening`: accounts that nobody counts yet; none when the book itself is not open. */
  missing: string[];
};

const nothing = { settled_k: 0, pending: [], accounts: [], gathering_ms: 0, missing: [] };

/** A holder's word, in one script: what it holds, what it settled, and what it wants. */
export async function syncHolder(redis: StreamConnection, teamId: string, word: BudgetSyncBody): Promise<SyncOutcome> {
  const names = (['book', 'sums', 'holders', 'calls', 'wanted'] as const).map((part) => keys.budgets(teamId, part));
  try {
    const answer = z
      .tuple([z.enum(['ok', 'refused', 'register', 'opening', 'stale']), z.string()])
      .parse(await runScript(redis, syncScript, names, [JSON.stringify({ asks: [], ...word })]));
    const [outcome, json] = answer;
    if (outcome === 'opening') return { outcome, ...nothing, missing: opening.parse(JSON.parse(json)).accounts };
    if (outcome === 'register' || outcome === 'stale') return { outcome, ...nothing };
    const { k, about, pending, gathering } = synced.parse(JSON.parse(json));
    const accounts = about.map(([account, limit, spent, reserved, granted, wanted, blocked]) => ({
      account,
      limit_units: limit,
      spent_units: spent,
      reserved_units: reserved,
      granted_units: granted,
      wanted: wanted === '1',
      blocked: blocked === '1',
    }));
    return { outcome, settled_k: k, pending, accounts, gathering_ms: gathering, missing: [] };
  } catch (error) {
    throw toStreamError(error);
  }
}

/** Opens a team's book in these data; `lost`: what was reserved before is gone and has to be gathered. */
export async function openBudgetBook(
  redis: StreamConnection,
  { teamId, epoch, lost }: { teamId: string; epoch: string; lost: boolean },
): Promise<void> {
  await runScript(redis, openScript, [keys.budgets(teamId, 'book')], [epoch, lost ? gatheringMs : 0]);
}

const fieldsOf = z.record(z.string(), z.string());

export async function readBudgetBook(redis: StreamConnection, teamId: string): Promise<BudgetBook> {
  const read = (part: 'book' | 'sums' | 'holders' | 'calls' | 'wanted') => redis.hgetall(keys.budgets(teamId, part));
  // The version first of all: totals that are read later than it are newer than what it stands for.
  const head = fieldsOf.parse(await read('book'));
  const [sums, holders, calls, wanted] = await Promise.all([
    read('sums'),
    read('holders'),
    read('calls'),
    read('wanted'),
  ]);
  const callsOf = new Map<string, BudgetHolder['calls']>();
  for (const [field, amounts] of Object.entries(calls)) {
    const [holder = '', call = ''] = field.split('/');
    const known = callsOf.get(holder) ?? {};
    known[call] = callAmounts.parse(JSON.parse(amounts));
    callsOf.set(holder, known);
  }
  const of = (account: string, what: string): number => Number(sums[`${account}|${what}`] ?? 0);
  const names = Object.keys(sums).flatMap((field) => (field.endsWith('|b') ? [field.slice(0, -2)] : []));
  return {
    version: head['version'] ?? null,
    epoch: head['epoch'] ?? null,
    rules: head['rules'] ?? null,
    accounts: new Map(
      names.map((name) => [
        name,
        {
          limit: of(name, 'c'),
          hard: of(name, 'h') === 1,
          rolledUp: of(name, 'b'),
          settled: of(name, 's'),
          reserved: of(name, 'r'),
          unpricedCalls: of(name, 'u'),
          namedAt: of(name, 't'),
        },
      ]),
    ),
    holders: new Map(
      Object.entries(holders).map(([id, row]) => [
        id,
        { ...holderRow.parse(JSON.parse(row)), calls: callsOf.get(id) ?? {} },
      ]),
    ),
    wanted: Object.keys(wanted),
  };
}

/** New totals and the removal of what they hold, at once. False: somebody was faster; read the book anew. */
export async function rebaseBudgets(redis: StreamConnection, teamId: string, rebase: Rebase): Promise<boolean> {
  const word = {
    version: rebase.version,
    silent_ms: silentHolderMs,
    accounts: rebase.accounts.map(({ account, limit, hard, rolledUp, unpricedCalls }) => ({
      a: account,
      c: limit,
      h: hard ? 1 : 0,
      b: rolledUp,
      u: unpricedCalls,
    })),
    rolled: rebase.rolledUp,
    closed: rebase.closed,
    ended: rebase.ended,
    forget: rebase.forget,
  };
  const names = (['book', 'sums', 'holders', 'calls'] as const).map((part) => keys.budgets(teamId, part));
  const done = (await runScript(redis, rebaseScript, names, [JSON.stringify(word)])) === 1;
  const opened = rebase.accounts.map(({ account }) => account);
  if (done && opened.length > 0) await redis.hdel(keys.budgets(teamId, 'wanted'), ...opened);
  return done;
}

/** The team's budgets for who has no other way to them, such as a runner beside this Redis. */
export async function publishBudgetRules(redis: StreamConnection, teamId: string, rules: BudgetRules): Promise<void> {
  await redis.set(keys.budgets(teamId, 'rules'), JSON.stringify(rules));
  await redis.hset(keys.budgets(teamId, 'book'), 'rules', rules.version);
}

/** null: nobody published them in these data. */
export async function readBudgetRules(redis: StreamConnection, teamId: string): Promise<BudgetRules | null> {
  const text = await redis.get(keys.budgets(teamId, 'rules'));
  return text === null ? null : budgetRules.parse(JSON.parse(text));
}
