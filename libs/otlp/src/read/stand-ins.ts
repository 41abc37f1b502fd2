import { createHash } from 'node:crypto';
import type { Attributes } from '../attributes.ts';
import { metricFamilies, type MetricFamily, type UsageClass } from '../metric-families.ts';
import { classOf, summaryOf, textAt, type Counts } from '../usage-summary.ts';
import { known as defined, type DraftOf } from './draft.ts';

type Point = DraftOf<'metric'>;
/** A data point with what sent it. */
export type ToldPoint = { point: Point; resource: Attributes };
type Counted = ToldPoint & { family: number; class: UsageClass };

const sourceOf = ({ point, resource }: ToldPoint): string =>
  JSON.stringify([point.agent_id, point.session_id, point.run_id, resource]);

function countedOf(told: ToldPoint): Counted[] {
  for (const [family, one] of metricFamilies.entries()) {
    const usage = classOf(one, told.point);
    if (usage !== undefined) return [{ ...told, family, class: usage }];
  }
  return [];
}

/** Of a running total that a request tells more than once only the newest counts. */
function newest(points: readonly Counted[]): Counted[] {
  const series = new Map<string, Counted>();
  for (const one of points) {
    const { name, started_at, attributes = {} } = one.point;
    const { count: _count, ...own } = attributes;
    const key = JSON.stringify([name, started_at, Object.entries(own).sort(([a], [b]) => (a < b ? -1 : 1))]);
    const before = series.get(key);
    if (before === undefined || before.point.at <= one.point.at) series.set(key, one);
  }
  return [...series.values()];
}

const earliest = (points: readonly Counted[]): string =>
  points.reduce(
    (least, { point: { started_at = '' } }) => (least === '' || started_at < least ? started_at : least),
    '',
  );

/**
 * What the points are known by. A running total is the same one from its start on, whatever it came to; a delta is that of its
 * time, should it come again in another request. '' for what does not say since when it counts.
 */
function idOf(points: readonly Counted[], begin: string): string {
  if (points.every(({ point }) => point.temporality === 'cumulative')) return begin;
  if (points.some(({ point }) => point.started_at === undefined)) return '';
  const told = points.map(({ point: { name, started_at, at, value, attributes } }) =>
    JSON.stringify([
      name,
      started_at,
      at,
      value,
      Object.entries(attributes ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)),
    ]),
  );
  // Equal points of one request stay as many as they are.
  return told.sort().join('\n');
}

const digest = (parts: readonly unknown[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/** Of how many calls a class of tokens was told, where each of them is a value of a histogram. */
function requestsOf({ eachIsACall = false }: MetricFamily, points: readonly Counted[]): number | undefined {
  if (!eachIsACall) return undefined;
  const classes = Map.groupBy(points, (one) => one.class).values();
  const counts = [...classes].map((own) =>
    own.reduce((sum, { point }) => sum + Number(point.attributes?.['count'] ?? Number.NaN), 0),
  );
  const most = Math.max(...counts);
  return Number.isSafeInteger(most) && most > 0 ? most : undefined;
}

function standIn(points: readonly Counted[], source: string): DraftOf<'llm_call'>[] {
  const [first] = points;
  const family = first === undefined ? undefined : metricFamilies[first.family];
  if (first === undefined || family === undefined) return [];
  const { point } = first;
  const begin = earliest(points);
  const known = idOf(points, begin);
  const counts: Counts = {};
  for (const one of points) counts[one.class] = (counts[one.class] ?? 0) + one.point.value;
  const at = points.reduce((latest, one) => (one.point.at > latest ? one.point.at : latest), point.at);
  const { kind: _k, name: _n, value: _v, unit: _u, temporality, started_at: _s, attributes: _a, ...who } = point;
  const isTotal = temporality === 'cumulative';
  const place = { ...who, session_id: who.session_id, model: modelOf(point), provider: providerOf(point) };
  const id = digest([source, known, first.family, place.model, place.provider, isTotal ? sideOf(first) : '']);
  const summary = summaryOf(family, place, at, counts);
  // Parts without their whole say nothing: it is told elsewhere.
  if ((summary.input_tokens ?? 0) + (summary.output_tokens ?? 0) + (summary.reported_cost_usd ?? 0) === 0) return [];
  const one = digest([place.model, place.provider, isTotal ? '' : at]).slice(0, 16);
  return [
    {
      ...summary,
      ...who,
      at,
      // A running total tells of the same calls again each time: the newest word on them counts. Since when stands in it.
      ...(isTotal || known !== '' ? { message_id: `metric:${Date.parse(begin) || ''}:${id.slice(0, 32)}` } : {}),
      attributes: {
        ...summary.attributes,
        ...defined({ process: textAt(point, 'process'), requests: requestsOf(family, points) }),
        sum_of: `${digest([source]).slice(0, 16)}:${first.family}:${one}`,
      },
    },
  ];
}

const modelOf = (point: Point): string =>
  textAt(point, 'model', 'gen_ai.request.model', 'gen_ai.response.model') ?? 'unknown';
const providerOf = (point: Point): string | undefined => textAt(point, 'gen_ai.provider.name', 'gen_ai.system');

/**
 * An exporter that sends few points at a time tells input, output and cost in requests of their own: of running totals, of which
 * the newest word counts, each is one. The store puts them together (`sum_of`: who counted, by which family, what is one call).
 */
const sideOf = ({ class: told }: Counted): string =>
  told === 'output' || told === 'reasoning' ? 'output' : told === 'cost' ? 'cost' : 'input';

/**
 * What the metrics of one request tell of usage, as calls that count only while nobody else tells of a call in the same run
 * or session (without either: of the same agent within an hour), and not of another process. Of several families of metrics that
 * tell of the same tokens the client's own counts. Deltas are one call a model and time, running totals one a model and process.
 */
export function standInsOf(told: readonly ToldPoint[]): DraftOf<'llm_call'>[] {
  const counted = told.filter(({ point }) => point.value >= 0).flatMap(countedOf);
  return [...Map.groupBy(counted, sourceOf)].flatMap(([source, all]) => {
    const ofTokens = all.filter((one) => one.class !== 'cost');
    const family = Math.min(...(ofTokens.length > 0 ? ofTokens : all).map((one) => one.family));
    const own = all.filter((one) => one.family === family);
    const byTemporality = Map.groupBy(own, ({ point }) => point.temporality === 'cumulative');
    return [...byTemporality].flatMap(([cumulative, points]) => {
      const kept = cumulative ? newest(points) : points;
      const byModel = Map.groupBy(kept, (one) =>
        JSON.stringify([modelOf(one.point), providerOf(one.point), cumulative ? sideOf(one) : one.point.at]),
      );
      return [...byModel.values()].flatMap((group) => standIn(group, source));
    });
  });
}
