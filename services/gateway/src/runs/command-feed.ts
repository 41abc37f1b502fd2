import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import { openCommands, type Db } from '@telltale/store/config';

/** What another gateway took is found this soon; what this one took, at once. */
const everyMs = 400;

export type CommandFeed = AsyncDisposable & {
  /** Something was asked of these runs. */
  asked(teamId: string, runIds: readonly string[]): void;
  /** Resolves when something is asked of one of the runs, after `ms`, or when the caller leaves; rejects never. */
  wait(teamId: string, runIds: readonly string[], ms: number, left: AbortSignal): Promise<void>;
};

type Waiter = { teamId: string; runIds: ReadonlySet<string>; wake: () => void };

/** Lets the owners of runs wait for what is asked of them, with one question a team for all who wait. */
export function createCommandFeed({ db, clock, log }: { db: Db; clock: Clock; log: Log }): CommandFeed {
  const waiters = new Set<Waiter>();

  const asked = (teamId: string, runIds: readonly string[]): void => {
    for (const waiter of waiters)
      if (waiter.teamId === teamId && runIds.some((runId) => waiter.runIds.has(runId))) waiter.wake();
  };

  const turn = async (): Promise<void> => {
    const byTeam = Map.groupBy(waiters, ({ teamId }) => teamId);
    for (const [teamId, those] of byTeam) {
      const runIds = new Set(those.flatMap((waiter) => [...waiter.runIds]));
      const commands = await openCommands(db, teamId, [...runIds]);
      asked(
        teamId,
        commands.map((command) => command.run_id),
      );
    }
  };
  const loop = startLoop({ name: 'commands to runs', turn, everyMs, clock, log });

  return {
    asked,
    async wait(teamId, runIds, ms, left) {
      const over = new AbortController();
      const waiter = { teamId, runIds: new Set(runIds), wake: () => over.abort() };
      waiters.add(waiter);
      await clock.sleep(ms, AbortSignal.any([over.signal, left])).catch(() => undefined);
      waiters.delete(waiter);
    },
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]();
      // Who waits gets an empty answer and asks again, somewhere else.
      for (const waiter of waiters) waiter.wake();
    },
  };
}
