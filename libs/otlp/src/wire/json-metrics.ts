import type { Group, MetricPoint } from '../signals.ts';
import {
  attributesOf,
  enumOf,
  groupsOf,
  isObject,
  listOf,
  nanosecondsOf,
  numberOf,
  parseBody,
  stringOf,
  type Json,
} from './json-common.ts';
import { temporalityOf } from './proto-metrics.ts';

const temporalities = { AGGREGATION_TEMPORALITY_DELTA: 1, AGGREGATION_TEMPORALITY_CUMULATIVE: 2 };

type Point = Pick<MetricPoint, 'startMs' | 'timeMs' | 'value' | 'count' | 'attributes'>;

const timesOf = (point: Json) => ({
  startMs: nanosecondsOf(point, 'startTimeUnixNano'),
  timeMs: nanosecondsOf(point, 'timeUnixNano'),
  attributes: attributesOf(point, 'attributes'),
});

const numberPoint = (point: Json): Point => {
  const value = point['asInt'] === undefined ? numberOf(point, 'asDouble') : numberOf(point, 'asInt');
  return { ...timesOf(point), value, count: undefined };
};

const summingPoint = (point: Json): Point => ({
  ...timesOf(point),
  value: numberOf(point, 'sum'),
  count: numberOf(point, 'count'),
});

const shapes = [
  ['gauge', numberPoint],
  ['sum', numberPoint],
  ['histogram', summingPoint],
  ['exponentialHistogram', summingPoint],
  ['summary', summingPoint],
] as const;

const pointsOf = (metric: Json): MetricPoint[] =>
  shapes.flatMap(([shape, pointOf]) => {
    const data = metric[shape];
    if (!isObject(data)) return [];
    const common = {
      name: stringOf(metric, 'name'),
      unit: stringOf(metric, 'unit'),
      temporality: temporalityOf(enumOf(data, 'aggregationTemporality', temporalities)),
      monotonic: data['isMonotonic'] === true,
    };
    return listOf(data, 'dataPoints').map((point) => ({ ...common, ...pointOf(point) }));
  });

/** `ExportMetricsServiceRequest` in JSON. Throws MalformedBody. */
export const metricsOfJson = (body: Buffer): Group<MetricPoint>[] =>
  groupsOf(parseBody(body), { resources: 'resourceMetrics', scopes: 'scopeMetrics', items: 'metrics' }, pointsOf);
