import type { Attributes, Value } from './attributes.ts';

/** An id of a trace or a span: all zeros is what a tracer that traces nothing says, and no id. */
export const realId = (hex: string): string => (/^0*$/.test(hex) ? '' : hex);

/** What sent a group of items. */
export type Source = { resource: Attributes; scope: string; scopeVersion: string };

/** Times are epoch ms with a fraction; 0 is "not given". Ids are lower-case hex, or empty. */
export type Span = {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  startMs: number;
  endMs: number;
  attributes: Attributes;
  events: readonly SpanEvent[];
  /** 0 unset, 1 ok, 2 error. */
  statusCode: number;
  statusMessage: string;
};
export type SpanEvent = { name: string; timeMs: number; attributes: Attributes };

export type LogItem = {
  timeMs: number;
  observedMs: number;
  severity: number;
  severityText: string;
  eventName: string;
  body: Value;
  attributes: Attributes;
  traceId: string;
  spanId: string;
};

/** One data point. Of a histogram or summary, `value` is the sum and `count` how many values it is of. */
export type MetricPoint = {
  name: string;
  unit: string;
  temporality: 'delta' | 'cumulative' | undefined;
  monotonic: boolean;
  startMs: number;
  timeMs: number;
  value: number;
  count: number | undefined;
  attributes: Attributes;
};

export type Group<Item> = { source: Source; items: readonly Item[] };

export type Signal = 'traces' | 'logs' | 'metrics';

/** A body that cannot be read as what its content type says. */
export class MalformedBody extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = 'MalformedBody';
  }
}
