import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import { followCommands, type Commanded } from '../control/follow-commands.ts';
import type { KeeperClient } from '../keeper/client.ts';

const lookMs = 1_000;

type Followed = { runs: Map<string, Commanded>; link: ReturnType<typeof followCommands> };

/**
 * Passes what people ask of the runs of a keeper on to it: one open question to the gateway for each team that has runs
 * there. Nothing of it is kept here, so that whoever comes after a restart goes on.
 */
export function followKeptRuns({
  keeper,
  url,
  key,
  clock,
  log,
}: {
  keeper: Pick<KeeperClient, 'listRuns' | 'commandRun'>;
  /** Of the gateway. */
  url: string;
  key: string;
  clock: Clock;
  log: Log;
}): AsyncDisposable {
  const teams = new Map<string, Followed>();

  const commandedOf = (runId: string): Commanded => ({
    stop: (actor) => keeper.commandRun(runId, 'stop', actor),
    pause: (actor) => keeper.commandRun(runId, 'pause', actor),
    resume: (actor) => keeper.commandRun(runId, 'resume', actor),
  });

  const follow = (team: string): Followed => {
    const runs = new Map<string, Commanded>();
    return { runs, link: followCommands({ url, key, team, runs, clock, log }) };
  };

  const turn = async (): Promise<void> => {
    const running = (await keeper.listRuns()).filter(({ status }) => status === 'running');
    const byTeam = Map.groupBy(running, ({ team_id }) => team_id);
    for (const [team, kept] of byTeam) {
      const followed = teams.get(team) ?? follow(team);
      teams.set(team, followed);
      const ids = new Set(kept.map(({ run_id }) => run_id));
      const over = followed.runs.keys().filter((runId) => !ids.has(runId));
      const fresh = ids
        .values()
        .filter((runId) => !followed.runs.has(runId))
        .toArray();
      for (const runId of over) followed.runs.delete(runId);
      for (const runId of fresh) followed.runs.set(runId, commandedOf(runId));
      if (fresh.length > 0) followed.link.changed();
    }
    for (const [team, followed] of teams) {
      if (byTeam.has(team)) continue;
      teams.delete(team);
      await followed.link[Symbol.asyncDispose]();
    }
  };
  const loop = startLoop({ name: 'runs of the keeper', turn, everyMs: lookMs, clock, log, maxBackoffMs: lookMs });

  return {
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]();
      await Promise.all([...teams.values()].map((followed) => followed.link[Symbol.asyncDispose]()));
    },
  };
}
