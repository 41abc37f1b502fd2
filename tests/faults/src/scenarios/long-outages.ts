import { until } from '@telltale/testkit/until';
import type { Play } from '../frame/play.ts';
import type { RecorderProcess } from '../load/start-recorder.ts';
import type { Scenario } from '../frame/scenario.ts';
import { readCounts } from '../frame/settle.ts';
import { residentBytes } from '../stage/process-facts.ts';

const minutes = 10;
/** Records a second of one runner. */
const rate = 200;
/**
 * A runner's memory at the end of an outage may be above that of its fourth minute by so much: the heap of a young
 * Node process takes two to three minutes to reach its size (146 MiB → 268 MiB, then flat), with and without an outage.
 */
const growthBytes = 20 * 2 ** 20;
const settledAfter = 0.4;
/** Memory goes up and down with each collection of garbage; what lives is the least seen within this part of the outage. */
const watchedFor = 0.1;
/** A backlog shrinks so many times as fast as records come in. */
const drainFactor = 3;

type Outage = { name: string; begin: (play: Play) => Promise<unknown>; end: (play: Play) => Promise<unknown> };

/** The least memory of each process within a time, in bytes. */
async function floors(play: Play, runners: readonly RecorderProcess[], ms: number): Promise<number[]> {
  let least = runners.map(() => Number.POSITIVE_INFINITY);
  for (const end = performance.now() + ms; performance.now() < end; await play.pause(500)) {
    least = runners.map(({ pid }, index) => Math.min(least[index] ?? 0, residentBytes(pid)));
  }
  return least;
}

/** Two runners go on through ten minutes without a part of the system, keep their memory, and catch up fast. */
async function ride(play: Play, { name, begin, end }: Outage): Promise<void> {
  // One producer each, as an agent-runner has.
  const runners = [
    await play.recorder({ via: 'http', rate, producers: 1 }),
    await play.recorder({ via: 'stream', rate, producers: 1 }),
  ];
  await play.pause(5_000);
  await begin(play);
  play.hit(name);
  const wholeMs = minutes * 60_000 * play.scale;
  await play.pause(wholeMs * (settledAfter - watchedFor));
  const early = await floors(play, runners, wholeMs * watchedFor);
  await play.pause(wholeMs * (1 - settledAfter - watchedFor));
  const late = await floors(play, runners, wholeMs * watchedFor);
  for (const [index, { name: runner }] of runners.entries()) {
    const grown = (late[index] ?? 0) - (early[index] ?? 0);
    play.measured(`${runner} grew by ${Math.round(grown / 2 ** 20)} MiB after its fourth minute`);
    if (grown > growthBytes) play.problem(`${runner} grew by ${Math.round(grown / 2 ** 20)} MiB during the outage`);
  }
  await end(play);
  const ended = performance.now();
  const before = await until(() => readCounts(play.databaseUrl), { timeoutMs: 60_000, what: 'PostgreSQL' });
  const issued = (): number => runners.reduce((sum, runner) => sum + (runner.progress()?.issued ?? 0), 0);
  const backlog = issued() - before.done;
  await play.recovered();
  await until(async () => (await readCounts(play.databaseUrl)).done >= issued() - 2 * rate * runners.length, {
    timeoutMs: wholeMs,
    everyMs: 250,
    what: 'the backlog stored',
  });
  const drained = backlog / ((performance.now() - ended) / 1_000);
  const [waiting, fast] = [backlog, Math.round(drained)].map((n) => n.toLocaleString('en-US'));
  play.measured(`a backlog of ${waiting} records shrank by ${fast} records/s`);
  if (drained < drainFactor * rate * runners.length) {
    play.problem(
      `the backlog shrank by ${Math.round(drained)} records/s, less than ${drainFactor} × ${rate * runners.length}`,
    );
  }
  for (const runner of runners) runner.finish();
  await Promise.all(runners.map(({ done }) => done));
}

const outage = (it: Outage & { what: string; stage?: Scenario['stage'] }): Scenario => ({
  name: it.name,
  what: `${it.what} for ${minutes} minutes at ${rate} records/s per runner: memory flat, the backlog drained at ≥ ${drainFactor} × the input`,
  long: true,
  ...(it.stage === undefined ? {} : { stage: it.stage }),
  play: (play) => ride(play, it),
});

export const longOutages: readonly Scenario[] = [
  outage({
    name: 'postgres-down-10-min',
    what: 'PostgreSQL is down',
    begin: ({ servers }) => servers.postgres.stopImmediately(),
    end: ({ servers }) => servers.postgres.restart(),
  }),
  outage({
    name: 'redis-down-10-min',
    what: 'Redis is down',
    begin: async ({ redis }) => redis.kill(),
    end: ({ redis }) => redis.restart(),
  }),
  outage({
    name: 'collectors-down-10-min',
    what: 'both collectors are down',
    stage: { collectors: 2 },
    begin: ({ processes }) =>
      Promise.all([processes.end('collector', 'SIGKILL'), processes.end('collector-2', 'SIGKILL')]),
    end: ({ processes }) => Promise.all([processes.start('collector'), processes.start('collector-2')]),
  }),
];
