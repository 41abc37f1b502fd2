import { checkRollups } from '@telltale/bench/rollup-check';
import { imbalances, readBooks } from '../oracle/books.ts';
import { judge, type Verdict } from '../oracle/judge.ts';
import { readLedgers } from '../oracle/ledger.ts';
import { openFiles } from '../stage/process-facts.ts';
import type { Servers } from '../stage/servers.ts';
import { openStage } from '../stage/stage.ts';
import { createPlay, type Play } from './play.ts';
import { nothing, type Result } from './result.ts';
import type { Scenario } from './scenario.ts';
import { settle } from './settle.ts';
import { ceilings, watchMemory } from './watch-memory.ts';

/** Beyond what a service had open when it was idle: its pool, and the connections that clients keep. */
const moreFiles = 60;

/** Minutes of the buckets that are kept for hours, or for as long as the setting says, and not for good. */
const shortGrains = [1, 15];

export type RunOptions = {
  servers: Servers;
  seed: number;
  scale?: number;
  /** How many times as long a recovery may take: above 1 on a machine that others use too. */
  patience?: number;
  signal?: AbortSignal;
};

/** Plays one scenario and judges it by all invariants. Never throws for what the product did wrong. */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<Result> {
  const start = performance.now();
  try {
    return await playScenario(scenario, options);
  } catch (error) {
    if (options.signal?.aborted === true) throw error;
    const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const seconds = (performance.now() - start) / 1_000;
    return { ...nothing, name: scenario.name, what: scenario.what, seed: options.seed, seconds, problems: [problem] };
  }
}

async function playScenario(
  scenario: Scenario,
  { servers, seed, scale = 1, patience = 1, signal }: RunOptions,
): Promise<Result> {
  const start = performance.now();
  await using things = new AsyncDisposableStack();
  const prepared = await scenario.prepare?.(things, { log: () => undefined });
  await using stage = await openStage(servers, { ...scenario.stage, ...prepared, seed });
  const play = createPlay(stage, { seed, scale, patience });
  const memory = watchMemory(play);
  const work = async (): Promise<Result> => {
    const files = new Map(play.processes.running().map(({ name, pid }) => [name, openFiles(pid)]));
    await scenario.play(play).catch((error: unknown) => {
      play.problem(error instanceof Error ? (error.stack ?? error.message) : String(error));
      // What was broken off has not ended its load, and would be waited for without end.
      for (const load of [...play.recorders().filter((recorder) => !recorder.wasKilled()), ...play.clients()])
        load.finish();
    });
    await Promise.all(play.clients().map(({ done }) => done));
    const loaded = performance.now();
    await settle(play);
    const settleSeconds = (performance.now() - loaded) / 1_000;
    const { settledWithinMs = Number.POSITIVE_INFINITY } = scenario;
    if (settleSeconds * 1_000 > settledWithinMs * patience) {
      play.problem(`it took ${settleSeconds.toFixed(0)} s to catch up, at most ${settledWithinMs / 1_000} are allowed`);
    }
    const verdict = await judge({
      databaseUrl: play.databaseUrl,
      teamIds: play.teams(),
      issued: readLedgers(play.ledgerFiles()),
      isProbe: play.isProbe,
    });
    judgeRecords(play, verdict, scenario.tolerates ?? []);
    const rollups = await checkRollups(play.databaseUrl);
    for (const { cube, grain, buckets } of rollups.different) {
      if (scenario.tolerates?.includes('droppedBuckets') === true && shortGrains.includes(grain)) continue;
      play.problem(`${buckets} buckets of ${cube} at ${grain} min differ from raw`);
    }
    await judgeBooks(play, verdict);
    judgeBounds(play, { peaks: memory.peaks(), files });
    const faults = Object.fromEntries(play.hits());
    const faultCount = Object.values(faults).reduce((sum, n) => sum + n, 0);
    if (faultCount < (scenario.atLeast ?? 1)) play.problem(`the run hit ${faultCount} faults and proves nothing`);
    if (play.problems().length > 0) showLogs(play);
    return {
      name: scenario.name,
      what: scenario.what,
      seed,
      faults,
      figures: play.figures(),
      verdict,
      buckets: rollups.compared,
      recoverySeconds: play.recoverySeconds().length === 0 ? null : Math.max(...play.recoverySeconds()),
      settleSeconds,
      seconds: (performance.now() - start) / 1_000,
      peakBytes: Object.fromEntries(memory.peaks()),
      problems: play.problems(),
    };
  };
  try {
    const broken = Promise.withResolvers<never>();
    signal?.addEventListener('abort', () => broken.reject(signal.reason));
    return await Promise.race([work(), broken.promise]);
  } finally {
    memory[Symbol.dispose]();
    for (const client of play.clients()) client[Symbol.dispose]();
    await Promise.all(play.recorders().map((recorder) => recorder[Symbol.asyncDispose]()));
    await play.kept.disposeAsync();
  }
}

function judgeRecords(play: Play, verdict: Verdict, tolerated: readonly string[]): void {
  const { missing, unpromised, duplicates, foreign, damaged, deadLettered, examples } = verdict;
  const killed = play.recorders().some((recorder) => recorder.wasKilled());
  const counts = Object.entries({ missing, duplicates, foreign, damaged, deadLettered });
  const wrong = counts.filter(([what, n]) => n > 0 && !tolerated.includes(what));
  for (const [what, n] of wrong) play.problem(`${n} records are ${what}`);
  if (unpromised > 0 && !killed) play.problem(`${unpromised} records of living producers are nowhere`);
  if (wrong.length > 0) play.problem(`such as ${examples.join(', ')}`);
  for (const recorder of play.recorders()) {
    const dropped = recorder.progress()?.dropped ?? 0;
    if (dropped > 0) play.problem(`${recorder.name} dropped ${dropped} records`);
  }
}

async function judgeBooks(play: Play, verdict: Verdict): Promise<void> {
  const killed = new Set(
    play.recorders().flatMap((recorder) => (recorder.wasKilled() ? (recorder.progress()?.producerIds ?? []) : [])),
  );
  try {
    for (const problem of imbalances(await readBooks(play.api), { rows: verdict.rows, killed })) play.problem(problem);
  } catch (error) {
    play.problem(`the books cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function judgeBounds(
  play: Play,
  { peaks, files }: { peaks: ReadonlyMap<string, number>; files: ReadonlyMap<string, number> },
): void {
  for (const [name, bytes] of peaks) {
    const ceiling = ceilings[name.replace(/-\d+$/, '')];
    if (ceiling !== undefined && bytes > ceiling) {
      play.problem(`${name} had ${Math.round(bytes / 2 ** 20)} MiB resident, above ${Math.round(ceiling / 2 ** 20)}`);
    }
  }
  for (const { name, pid } of play.processes.running()) {
    const before = files.get(name) ?? 0;
    const now = openFiles(pid);
    if (before > 0 && now > before + moreFiles) play.problem(`${name} has ${now} files open, ${before} at its start`);
  }
}

/** The last words of every service, for whoever has to find out why. */
function showLogs(play: Play): void {
  for (const { name } of play.processes.running()) {
    const lines = play.processes.log(name).split('\n');
    const trouble = lines.filter((line) => /"level":(40|50|60)/.test(line)).slice(-5);
    for (const line of trouble) console.error(`${name}: ${line.slice(0, 600)}`);
  }
}
