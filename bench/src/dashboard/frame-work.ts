import type { CDPSession } from 'playwright-core';
import { type Lags, percentiles } from '../percentiles.ts';

/** Times in µs: `ts` and `dur` by the clock, `tts` and `tdur` of the thread's own processor time. */
type TraceEvent = {
  name: string;
  ph: string;
  ts: number;
  dur?: number;
  tts?: number;
  tdur?: number;
  pid: number;
  tid: number;
};

/** What the page's own code and its styles and layout cost; painting and compositing are the browser's. */
const work = new Set([
  'FunctionCall',
  'EvaluateScript',
  'EventDispatch',
  'TimerFire',
  'FireAnimationFrame',
  'FireIdleCallback',
  'RunMicrotasks',
  'WebSocketReceive',
  'XHRReadyStateChange',
  'v8.callFunction',
  'MajorGC',
  'MinorGC',
  'V8.GC_SCAVENGER',
  'Layout',
  'UpdateLayoutTree',
  'IntersectionObserverController::computeIntersections',
]);
/** The main thread hands a frame over with it. */
const frameEnd = 'Commit';

/** Milliseconds covered by the intervals, nested and overlapping ones once. */
function covered(intervals: readonly [from: number, to: number][], from: number, to: number): number {
  let sum = 0;
  let until = from;
  for (const [start, end] of intervals) {
    const begin = Math.max(start, until);
    const stop = Math.min(end, to);
    if (stop > begin) sum += stop - begin;
    until = Math.max(until, Math.min(end, to));
  }
  return sum / 1_000;
}

/** What lies between one frame's end and the next one's, for each frame. */
function costsOf(ends: readonly number[], intervals: readonly [from: number, to: number][]): number[] {
  const costs: number[] = [];
  let first = 0;
  for (let index = 0; index + 1 < ends.length; index += 1) {
    const [from, to] = [ends[index] ?? 0, ends[index + 1] ?? 0];
    while (first < intervals.length && (intervals[first]?.[1] ?? 0) <= from) first += 1;
    const touching: [number, number][] = [];
    for (let at = first; at < intervals.length && (intervals[at]?.[0] ?? 0) < to; at += 1) {
      const interval = intervals[at];
      if (interval !== undefined) touching.push(interval);
    }
    costs.push(covered(touching, from, to));
  }
  return costs;
}

/** `processor`: time the page's main thread worked. `clock`: the same with what others took from it meanwhile. */
export type FrameWork = { processor: Lags; clock: Lags };

/** Scripting, style and layout of each frame, in ms, while `during` goes on. */
export async function traceFrames(session: CDPSession, during: () => Promise<unknown>): Promise<FrameWork> {
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: {
      recordMode: 'recordContinuously',
      includedCategories: ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'v8'],
    },
  });
  await during();
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.end');
  await complete;
  const commits = events.filter(({ name, ph }) => name === frameEnd && ph === 'X');
  const threads = Map.groupBy(commits, ({ pid, tid }) => `${pid} ${tid}`);
  const [ends = []] = [...threads.values()].toSorted((one, other) => other.length - one.length);
  const [main] = ends;
  if (main === undefined) throw new Error('the trace has no frame');
  const done = events.filter(
    ({ name, ph, pid, tid }) => ph === 'X' && pid === main.pid && tid === main.tid && work.has(name),
  );
  const read = (at: (event: TraceEvent) => number, took: (event: TraceEvent) => number): Lags => {
    const intervals = done.map((event): [number, number] => [at(event), at(event) + took(event)]);
    const sorted = intervals.toSorted((one, other) => one[0] - other[0]);
    return percentiles(
      costsOf(
        ends.map(at).toSorted((one, other) => one - other),
        sorted,
      ),
    );
  };
  return {
    processor: read(
      ({ tts = 0 }) => tts,
      ({ tdur = 0 }) => tdur,
    ),
    clock: read(
      ({ ts }) => ts,
      ({ dur = 0 }) => dur,
    ),
  };
}
