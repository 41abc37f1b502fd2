import {
  runCommandsAnswer,
  type RunAction,
  type RunCommand,
  type RunnerPollBody,
} from '@telltale/contracts/http/run-commands';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';

/** How long the gateway may keep a question open; beyond it nobody answers any more. */
const waitSeconds = 20;
const answerMs = 30_000;
/** A gateway that does not know the question, or a key that may not ask it, is asked this seldom. */
const refusedMs = 60_000;
const lastWordMs = 2_000;
/** Without a run nothing is asked for; one that begins is told of by `changed`, or found after this. */
const noRunMs = 1_000;

/** What can be asked of a run; each says in a word what became of it. */
export type Commanded = Readonly<Record<RunAction, (actor: string) => string | Promise<string>>>;

type Acknowledgement = NonNullable<RunnerPollBody['acknowledged']>[number];

/**
 * Asks the gateway what is asked of the runs of this process, and does it. Outbound only, with one open question; what is
 * done is acknowledged with the next, and what is told twice is done once. A gateway that is away changes nothing.
 */
export function followCommands({
  url,
  key,
  team,
  runs,
  clock,
  log,
}: {
  /** Of the gateway. */
  url: string;
  key: string;
  /** Chooses the team of an operator's key. */
  team: string | undefined;
  /** The runs that this process owns, by id. */
  runs: ReadonlyMap<string, Commanded>;
  clock: Clock;
  log: Log;
}): AsyncDisposable & {
  /** Other runs than before: the open question is asked anew. */
  changed(): void;
} {
  const address = new URL('api/v1/runners/poll', url.endsWith('/') ? url : `${url}/`);
  if (team !== undefined) address.searchParams.set('team_id', team);
  const done = new Map<string, string>();
  let owed: Acknowledgement[] = [];
  let outdated = new AbortController();

  const ask = async (body: RunnerPollBody, signal: AbortSignal, seconds: number): Promise<Response> =>
    fetch(address, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        authorization: `Bearer ${key}`,
        prefer: `wait=${seconds}`,
      },
      body: JSON.stringify(body),
      signal,
    });

  const obey = async ({ command_id, run_id, action, actor }: RunCommand): Promise<void> => {
    const run = runs.get(run_id);
    const outcome = done.get(command_id) ?? (run === undefined ? 'no such run here' : await run[action](actor));
    done.set(command_id, outcome);
    owed.push({ command_id, outcome });
  };

  const turn = async (stopped: AbortSignal): Promise<number> => {
    const acknowledged = owed;
    // A question about nothing would be answered at once, again and again.
    if (runs.size === 0 && acknowledged.length === 0) return noRunMs;
    outdated = new AbortController();
    const { signal: other } = outdated;
    const signal = AbortSignal.any([stopped, other, AbortSignal.timeout(answerMs)]);
    const response = await ask({ runs: [...runs.keys()], acknowledged }, signal, waitSeconds).catch(
      (error: unknown) => {
        if (other.aborted) return null;
        throw error;
      },
    );
    if (response === null) return 0;
    if (response.status === 401 || response.status === 403 || response.status === 404) return refusedMs;
    if (!response.ok) throw new Error(`the gateway answered ${response.status}`);
    owed = owed.slice(acknowledged.length);
    for (const command of runCommandsAnswer.parse(await response.json()).commands) await obey(command);
    return 0;
  };
  const loop = startLoop({ name: 'commands to runs', turn, everyMs: 0, clock, log });

  return {
    changed() {
      outdated.abort();
      loop.wake();
    },
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]();
      if (owed.length === 0) return;
      // Somebody waits to read that it was done; who does not hear it sees the run's end.
      await ask({ runs: [], acknowledged: owed }, AbortSignal.timeout(lastWordMs), 0).catch(() => undefined);
    },
  };
}
