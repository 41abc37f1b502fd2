import type { CDPSession } from 'playwright-core';
import { type Lags, percentiles } from '../percentiles.ts';

type TraceEvent = { name: string; ph: string; ts: number; dur?: number; pid: number; tid: number };

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
const frameStart = 'BeginMainThreadFrame';

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

/** Scripting, style and layout of each frame, in ms, while `during` goes on: from one frame's begin to the next one's. */
export async function traceFrames(session: CDPSession, during: () => Promise<unknown>): Promise<Lags> {
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: {
      recordMode: 'recordContinuously',
      includedCategories: [
        'devtools.timeline',
        'devtools.timeline.frame',
        'disabled-by-default-devtools.timeline',
        'v8',
      ],
    },
  });
  await during();
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.end');
  await complete;
  const frames = events.filter(({ name }) => name === frameStart).toSorted((one, other) => one.ts - other.ts);
  const threads = Map.groupBy(frames, ({ pid, tid }) => `${pid} ${tid}`);
  const [main = []] = [...threads.values()].toSorted((one, other) => other.length - one.length);
  const [any] = main;
  if (any === undefined) throw new Error('the trace has no frame');
  const intervals = events
    .filter(({ name, ph, pid, tid }) => ph === 'X' && pid === any.pid && tid === any.tid && work.has(name))
    .map(({ ts, dur = 0 }): [number, number] => [ts, ts + dur])
    .toSorted((one, other) => one[0] - other[0]);
  const costs: number[] = [];
  let first = 0;
  for (let index = 0; index + 1 < main.length; index += 1) {
    const [from, to] = [main[index]?.ts ?? 0, main[index + 1]?.ts ?? 0];
    while (first < intervals.length && (intervals[first]?.[1] ?? 0) <= from) first += 1;
    const touching: [number, number][] = [];
    for (let at = first; at < intervals.length && (intervals[at]?.[0] ?? 0) < to; at += 1) {
      const interval = intervals[at];
      if (interval !== undefined) touching.push(interval);
    }
    costs.push(covered(touching, from, to));
  }
  return percentiles(costs);
}
