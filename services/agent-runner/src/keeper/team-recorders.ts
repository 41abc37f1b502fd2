import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { openRecorder, type OpenRecorder } from '@telltale/sdk/open-recorder';
import { listSpools } from '@telltale/sdk/spool/list-spools';
import { createHttpTransport } from '@telltale/sdk/transport/http-transport';
import { createGatewayBudgetPort } from '../budgets/gateway-budget-port.ts';
import { shareVersion } from '../budgets/share-version.ts';
import type { RunWatchedOptions } from '../run/run-options.ts';
import type { KeeperConfig } from './keeper-config.ts';

/** A team's recorder, and where its runs hear what the team holds them to. */
export type TeamRecorder = OpenRecorder & { terms: NonNullable<RunWatchedOptions['terms']> };

export type TeamRecorders = AsyncDisposable & {
  /** The one recorder of a team; it has a spool of its own. */
  of(teamId: string): Promise<TeamRecorder>;
  /** Opens those of teams for which an earlier keeper left something. */
  openLeftBehind(): Promise<void>;
};

/** A run hears of the first budget about it within 30 s: it asks every 15 s. */
const freshRulesMs = 14_000;
/** At the end, how long what is on its way may take; the rest waits in the spool for the next keeper. */
const lastSendMs = 1_500;

const isHere = (url: string): boolean => /^(?:127\..*|localhost|\[::1\])$/.test(new URL(url).hostname);

/** One recorder a team, opened when it is needed first. */
export function createTeamRecorders({
  config,
  newId,
  clock,
  log,
}: {
  config: KeeperConfig;
  newId: () => string;
  clock: Clock;
  log: Log;
}): TeamRecorders {
  const { url, spool_root: spoolRoot } = config;
  const recorders = new Map<string, Promise<TeamRecorder>>();

  const open = async (team: string): Promise<TeamRecorder> => {
    const key = readFileSync(config.key_file, 'utf8').trim();
    const recorder = await openRecorder({
      // On the same machine nothing is won by making batches smaller.
      transport: createHttpTransport({ url, key, team, ...(isHere(url) ? { gzipFromBytes: Infinity } : {}) }),
      url,
      team,
      spoolRoot,
      identity: { agent_id: 'agent-runner' },
      newId,
      clock,
      log,
    });
    const port = shareVersion(createGatewayBudgetPort({ url, key, team }), { freshMs: freshRulesMs, clock });
    return {
      ...recorder,
      terms: { port, producerId: recorder.producerId, folder: join(spoolRoot, '..', 'terms', team) },
    };
  };
  const of = (team: string): Promise<TeamRecorder> => {
    const known = recorders.get(team);
    if (known !== undefined) return known;
    const opened = open(team);
    recorders.set(team, opened);
    // One that could not be opened is tried again with the next run.
    opened.catch(() => recorders.delete(team));
    return opened;
  };

  return {
    of,
    async openLeftBehind() {
      for (const spool of await listSpools(spoolRoot)) if (spool.url === url) await of(spool.team);
    },
    async [Symbol.asyncDispose]() {
      const opened = await Promise.allSettled(recorders.values());
      await Promise.all(
        opened.map(async (recorder) =>
          recorder.status === 'fulfilled' ? recorder.value.close({ timeoutMs: lastSendMs }) : undefined,
        ),
      );
    },
  };
}
