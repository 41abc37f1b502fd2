import { metricFamilies, type UsageClass } from './metric-families.ts';
import { known } from './read/draft.ts';
import {
  classOf,
  summaryOf,
  textAt,
  type Counts,
  type Place,
  type UsagePoint,
  type UsageSummary,
} from './usage-summary.ts';

type Point = UsagePoint;

/** How many calls told of a class, where each of them is a value of a histogram. */
type Calls = 'callsOfInput' | 'callsOfOutput';
type Minute = { place: Place; at: string; counts: Counts & Partial<Record<Calls, number>> };

/** What a counter grew by until a time. */
type Growth = { at: string; value: number };

/** The points of one counter of one source; each as often as it was told, but counted once. */
type Series = {
  family: number;
  class: UsageClass | Calls;
  cumulative: boolean;
  place: Place;
  points: Map<string, Point>;
  /** What older points came to, by minute, and the last of them. */
  settled: Map<string, Growth>;
  last: Point | undefined;
};

/** Points of a series that are kept one by one, for those that come late or again. */
const mostPoints = 4_000;

/** A running total is one from its own start on: two processes of a client count beside each other. */
const seriesKey = ({ name, agent_id, session_id, temporality, started_at, attributes = {} }: Point): string => {
  const { count: _count, ...own } = attributes;
  const start = temporality === 'cumulative' ? started_at : undefined;
  const dimensions = Object.entries(own).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([name, agent_id, session_id, temporality, start, dimensions]);
};

const byTime = (a: Point, b: Point): number => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.value - b.value);

/** What each point adds: a delta its value; of a running total what it grew by, and all of one that fell. */
function growthOf(points: readonly Point[], cumulative: boolean, before: Point | undefined): Growth[] {
  let last = before;
  return points.flatMap((point) => {
    const base = cumulative && last !== undefined && point.value >= last.value ? last.value : 0;
    last = point;
    return point.value > base ? [{ at: point.at, value: point.value - base }] : [];
  });
}

function addTo(minutes: Map<string, Growth>, { at, value }: Growth): void {
  const minute = minutes.get(at.slice(0, 16));
  if (minute === undefined) minutes.set(at.slice(0, 16), { at, value });
  else {
    minute.value += value;
    if (at > minute.at) minute.at = at;
  }
}

/** Sums up the older half of the points: a run that lasts for weeks holds no more of them. */
function settle(series: Series): void {
  const sorted = [...series.points].sort(([, a], [, b]) => byTime(a, b));
  const old = sorted.slice(0, sorted.length / 2);
  const points = old.map(([, point]) => point);
  for (const growth of growthOf(points, series.cumulative, series.last)) addTo(series.settled, growth);
  series.last = points.at(-1) ?? series.last;
  for (const [key] of old) series.points.delete(key);
}

function minutesOf({ settled, points, cumulative, last }: Series): Growth[] {
  const minutes = new Map([...settled].map(([key, growth]) => [key, { ...growth }]));
  for (const growth of growthOf([...points.values()].sort(byTime), cumulative, last)) addTo(minutes, growth);
  return [...minutes.values()];
}

/**
 * Reads usage out of the metrics of a source that tells of its calls in no other way. One `llm_call` sums up a minute of one
 * model: few metrics say how many calls it was. Points may come in any order and more than once; deltas and
 * running totals that begin anew are told apart by what the points say of themselves.
 */
export function createMetricUsage() {
  const series = new Map<string, Series>();

  function add(kind: Omit<Series, 'points' | 'settled' | 'last'>, point: Point): void {
    const key = `${kind.class} ${seriesKey(point)}`;
    const one: Series = series.get(key) ?? { ...kind, points: new Map(), settled: new Map(), last: undefined };
    series.set(key, one);
    one.points.set(`${point.started_at ?? ''} ${point.at} ${point.value}`, point);
    if (one.points.size > mostPoints) settle(one);
  }

  return {
    /** Takes any data point; those of metrics that tell no usage are passed over. */
    take(draft: UsagePoint): void {
      if (!Number.isFinite(draft.value) || draft.value < 0) return;
      const family = metricFamilies.findIndex((one) => classOf(one, draft) !== undefined);
      const kind = metricFamilies[family];
      const usage = kind === undefined ? undefined : classOf(kind, draft);
      if (kind === undefined || usage === undefined) return;
      const place: Place = {
        agent_id: draft.agent_id,
        session_id: draft.session_id,
        model: textAt(draft, 'model', 'gen_ai.request.model', 'gen_ai.response.model') ?? 'unknown',
        provider: textAt(draft, 'gen_ai.provider.name', 'gen_ai.system'),
        process: textAt(draft, 'process'),
      };
      const common = { family, cumulative: draft.temporality === 'cumulative', place };
      add({ ...common, class: usage }, draft);
      const calls = draft.attributes?.['count'];
      if (kind.eachIsACall !== true || typeof calls !== 'number') return;
      add({ ...common, class: usage === 'output' ? 'callsOfOutput' : 'callsOfInput' }, { ...draft, value: calls });
    },
    /** What the metrics of each process told so far, by the first family that told of tokens: the others tell of the same ones. */
    calls(): UsageSummary[] {
      const byProcess = Map.groupBy(series.values(), ({ place }) => place.process).values();
      return [...byProcess].flatMap(summed).sort((a, b) => (a.at < b.at ? -1 : 1));
    },
  };
}

function summed(all: readonly Series[]): UsageSummary[] {
  const chosen = Math.min(...all.filter((one) => one.class !== 'cost').map((one) => one.family));
  const family = metricFamilies[chosen];
  if (family === undefined) return [];
  const minutes = new Map<string, Minute>();
  for (const one of all) {
    if (one.family !== chosen) continue;
    for (const { at, value } of minutesOf(one)) {
      const key = JSON.stringify([one.place, at.slice(0, 16)]);
      const minute = minutes.get(key) ?? { place: one.place, at, counts: {} };
      minute.counts[one.class] = (minute.counts[one.class] ?? 0) + value;
      if (at > minute.at) minute.at = at;
      minutes.set(key, minute);
    }
  }
  return [...minutes.values()].map(({ place, at, counts }) => {
    const summary = summaryOf(family, place, at, counts);
    const requests = Math.max(counts.callsOfInput ?? 0, counts.callsOfOutput ?? 0) || undefined;
    return { ...summary, attributes: { ...summary.attributes, ...known({ process: place.process, requests }) } };
  });
}
