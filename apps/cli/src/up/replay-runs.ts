import { readFileSync } from 'node:fs';
import { systemClock } from '@telltale/runtime/clock';
import type { Clock } from '@telltale/runtime/clock';
import { createLifecycle, type Lifecycle } from '@telltale/runtime/lifecycle';
import { createLog } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import { listSpools } from '@telltale/sdk/spool/list-spools';
import { startReplay } from '@telltale/sdk/spool/replay-spools';
import { createHttpTransport } from '@telltale/sdk/transport/http-transport';

const lookEveryMs = 10_000;
/** Runs with a key of their own name the key instead of its team: only that key may send for them. */
const namesKey = (team: string): boolean => team.startsWith('key ');

/**
 * Sends what runs of this machine left for this instance, of every team: a run that was killed, or ended while nothing was
 * up, needs no other run to come after it. Goes on until disposed.
 */
export function replayRuns(options: {
  spoolRoot: string;
  /** Of this instance; spools for any other are not touched. */
  url: string;
  keyFile: string;
  clock?: Clock;
}): AsyncDisposable {
  const { spoolRoot, url, keyFile, clock = systemClock } = options;
  const log = createLog({ service: 'up', level: 'silent' });
  const life: Lifecycle = createLifecycle({ log });
  const teams = new Set<string>();

  const replayFor = (team: string): void => {
    const transport = createHttpTransport({ url, key: readFileSync(keyFile, 'utf8').trim(), team });
    life.defer('transport', () => transport.close());
    life.use('replay', startReplay({ root: spoolRoot, url, team, transport, clock, log }));
  };

  const turn = async (): Promise<void> => {
    for (const { url: meantFor, team } of await listSpools(spoolRoot)) {
      if (meantFor !== url || teams.has(team) || namesKey(team)) continue;
      teams.add(team);
      replayFor(team);
    }
  };
  const looking = startLoop({ name: 'spools', turn, everyMs: lookEveryMs, clock, log });
  return {
    async [Symbol.asyncDispose]() {
      await looking[Symbol.asyncDispose]();
      await life[Symbol.asyncDispose]();
    },
  };
}
