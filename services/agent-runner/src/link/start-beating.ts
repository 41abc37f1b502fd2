import { runnerBeatMs } from '@telltale/contracts/http/runners';
import { TelltaleError } from '@telltale/contracts/errors';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import { createRestClient } from '@telltale/sdk/rest/rest-client';
import { createTelltaleApi } from '@telltale/sdk/rest/telltale-api';
import type { KeeperClient } from '../keeper/client.ts';

/** A gateway that does not know the question, or a runner that was revoked, is asked this seldom. */
const refusedMs = 60_000;
const answerMs = 4_000;

/** Says every few seconds that this runner lives, and how many runs it has; without it the gateway shows it as silent. */
export function startBeating({
  keeper,
  alive,
  runnerId,
  url,
  key,
  host,
  version,
  clock,
  log,
}: {
  keeper: Pick<KeeperClient, 'hello'>;
  /** Asks the keeper, or the one that takes the place of a dead one. */
  alive: <T>(ask: () => Promise<T>) => Promise<T>;
  runnerId: string;
  url: string;
  key: string;
  host: string;
  version: string;
  clock: Clock;
  log: Log;
}): AsyncDisposable {
  const turn = async (stopped: AbortSignal): Promise<number | void> => {
    const { running, draining } = await alive(() => keeper.hello());
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(answerMs)]);
    const api = createTelltaleApi(createRestClient({ url, key, signal }));
    try {
      await api.beatRunner(runnerId, { host, version, running, draining });
    } catch (error) {
      const isRefused =
        error instanceof TelltaleError && ['forbidden', 'unauthenticated', 'not_found'].includes(error.code);
      if (!isRefused) throw error;
      log.warn({ err: error }, 'the gateway does not take this runner; its runs go on');
      return refusedMs;
    }
  };
  return startLoop({ name: 'runner', turn, everyMs: runnerBeatMs, clock, log, maxBackoffMs: runnerBeatMs });
}
