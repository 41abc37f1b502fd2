import type { MetricFamily, UsageClass } from './metric-families.ts';
import { clip, known, type DraftOf } from './read/draft.ts';

type OfAgent = { agent_id?: string | undefined };
/** A data point; who reports may be known to whoever records it alone. */
export type UsagePoint = Omit<DraftOf<'metric'>, 'agent_id'> & OfAgent;
export type UsageSummary = Omit<DraftOf<'llm_call'>, 'agent_id'> & { agent_id?: string };
export type Counts = Partial<Record<UsageClass, number>>;
export type Place = OfAgent & {
  session_id: string | undefined;
  model: string;
  provider: string | undefined;
  /** Which process counted, where its telemetry says so. */
  process?: string | undefined;
};

/** The first of a point's dimensions that holds text. */
export const textAt = (point: UsagePoint, ...names: string[]): string | undefined => {
  const value = names.map((name) => point.attributes?.[name]).find((one) => typeof one === 'string' && one !== '');
  return typeof value === 'string' ? clip(value) : undefined;
};

/** Which class of usage a point of a family counts. */
export function classOf({ metrics }: MetricFamily, point: UsagePoint): UsageClass | undefined {
  if (!Object.hasOwn(metrics, point.name)) return undefined;
  const metric = metrics[point.name];
  if (metric === undefined || typeof metric === 'string') return metric;
  const word = textAt(point, metric.by);
  return word !== undefined && Object.hasOwn(metric.classes, word) ? metric.classes[word] : undefined;
}

const whole = (tokens: number | undefined): number | undefined =>
  tokens === undefined ? undefined : Math.round(tokens);

/** A part that nobody told of is nothing more to add. */
const plus = (base: number | undefined, ...parts: (number | undefined)[]): number | undefined =>
  base === undefined ? undefined : parts.reduce<number>((sum, part) => sum + (part ?? 0), base);

/** What counters of a family told of one model, as one `llm_call`. */
export function summaryOf(family: MetricFamily, place: Place, at: string, counts: Counts): UsageSummary {
  const { input, output, cacheRead, cacheWrite, reasoning, cost } = counts;
  return {
    kind: 'llm_call',
    at,
    model: place.model,
    status: 'ok',
    origin: 'otlp',
    ...known({
      agent_id: place.agent_id,
      session_id: place.session_id,
      provider: family.provider ?? place.provider,
      input_tokens: whole(family.inputIncludesCache ? input : plus(input, cacheRead, cacheWrite)),
      output_tokens: whole(family.outputIncludesReasoning ? output : plus(output, reasoning)),
      cache_read_tokens: whole(cacheRead),
      cache_write_5m_tokens: whole(cacheWrite),
      reasoning_tokens: whole(reasoning),
      reported_cost_usd: cost,
    }),
    attributes: { signal: 'metric', summary_of: 'calls that only metrics tell of' },
  };
}
