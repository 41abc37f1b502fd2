import { onlyKnown } from '@telltale/contracts/budgets/only-known';
import { accountNamed } from '@telltale/contracts/budgets/budget-account';
import { TelltaleError } from '@telltale/contracts/errors';
import type { BudgetSyncAnswer, BudgetSyncBody } from '@telltale/contracts/http/budget-sync';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import { teamsWithBudgets } from '@telltale/store/config';
import { syncHolder } from '@telltale/stream/budgets/budget-book';
import { openAccounts, openBook, rebaseTeam, type RebaseDeps } from './rebase-team.ts';
import { createTeamRules, rulesOf, type TeamRules } from './team-rules.ts';

const everyMs = 500;
/** Counting takes at most this part of the time, whatever number of accounts there is. */
const share = 0.1;
const openAttempts = 5;

export type BudgetKeeper = AsyncDisposable & {
  rules: TeamRules;
  /** A holder's word for its slices; counts what nobody counts yet. */
  sync(teamId: string, word: BudgetSyncBody): Promise<BudgetSyncAnswer>;
  /** The team's budgets were changed: they hold at once. */
  changed(teamId: string): Promise<void>;
};

/**
 * Keeps the books of all teams' budgets in Redis: opens them, and brings them up to what is rolled up. Several gateways
 * may do so at once; whoever read the store earlier than another has written is refused and reads anew.
 */
export function createBudgetKeeper(deps: RebaseDeps & { log: Log }): BudgetKeeper {
  const { db, clock, log } = deps;
  const rules = createTeamRules(deps);
  let notBefore = 0;

  const turn = async (): Promise<void> => {
    if (clock.monotonic() < notBefore) return;
    const started = clock.monotonic();
    for (const teamId of await teamsWithBudgets(db)) {
      await rebaseTeam(deps, teamId, await rules.read(teamId)).catch((error: unknown) =>
        log.warn({ err: error, team: teamId }, 'the budgets of a team could not be brought up to date'),
      );
    }
    const took = clock.monotonic() - started;
    notBefore = clock.monotonic() + took / share - took;
  };
  const loop = startLoop({ name: 'budgets', turn, everyMs, maxBackoffMs: 2_000, clock, log });

  return {
    rules,
    async sync(teamId, word) {
      const budgets = rulesOf(await rules.read(teamId));
      const named = (account: string) => accountNamed(budgets.rules, account, budgets.time_zone);
      const known = onlyKnown(word, (account) => named(account) !== null);
      for (let attempt = 0; attempt < openAttempts; attempt += 1) {
        const { missing, ...answer } = await syncHolder(deps.redis, teamId, known);
        if (answer.outcome !== 'opening') return { ...answer, rules_version: budgets.version };
        if (missing.length === 0) await openBook(deps, teamId);
        else
          await openAccounts(
            deps,
            teamId,
            missing.flatMap((account) => named(account) ?? []),
          );
      }
      throw new TelltaleError('unavailable', 'the budgets are being counted; ask again', { retryAfter: 1 });
    },
    async changed(teamId) {
      rules.forget(teamId);
      for (let attempt = 0; attempt < openAttempts; attempt += 1)
        if (await rebaseTeam(deps, teamId, await rules.read(teamId))) return;
    },
    [Symbol.asyncDispose]: () => loop[Symbol.asyncDispose](),
  };
}
