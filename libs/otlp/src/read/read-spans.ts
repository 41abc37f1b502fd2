import type { Group, Source, Span } from '../signals.ts';
import type { Draft, DraftOf } from './draft.ts';
import { attemptsBefore, failedRequestOf } from './failed-attempts.ts';
import { llmCallOf } from './llm-span.ts';
import { memoryOperationOf, serviceCallOf, stepOf } from './other-spans.ts';
import type { Reading } from './reading.ts';
import type { Redact } from './redact.ts';
import type { SpanKind } from './span-kind.ts';
import { spanTable } from './span-profiles.ts';
import { toolCallOf, toolNameOf } from './tool-span.ts';
import { withOuter } from './with-outer.ts';

type Classified = { span: Span; source: Source; kind: SpanKind };

const classify = (span: Span, source: Source): SpanKind =>
  spanTable.find(({ profile }) => profile.matches(span, source))?.profile.classify(span, source) ?? { is: 'unused' };

const nameOf = ({ traceId, spanId }: Span): string => `${traceId}:${spanId}`;
const aroundOf = ({ traceId, parentSpanId }: Span): string => `${traceId}:${parentSpanId}`;

/** More spans than this between two calls wrap nothing. */
const mostBetween = 32;

/**
 * The name of the span around a call, past those between that only pass it on (an HTTP client's, a chain's): the next call,
 * use of a tool or span that this request does not have. A call within a tool is another one.
 */
function createAround(all: readonly Classified[]): (span: Span) => string {
  let named: Map<string, Classified> | undefined;
  return (span) => {
    named ??= new Map(all.map((one) => [nameOf(one.span), one]));
    let name = aroundOf(span);
    for (let passed = 0; passed < mostBetween; passed += 1) {
      const between = named.get(name);
      if (between === undefined || between.kind.is === 'llm' || between.kind.is === 'tool') return name;
      if (between.span.parentSpanId === '') break;
      name = aroundOf(between.span);
    }
    return aroundOf(span);
  };
}

/**
 * Instrumentations wrap each other: an inference span around another one is the same request, and the inner one counts. One
 * that went well within is not told by those that failed in it: those were attempts before.
 */
function callsAround(all: readonly Classified[], around: (span: Span) => string): (one: Classified) => boolean {
  const inner = all.filter(({ span, kind }) => kind.is === 'llm' && span.parentSpanId !== '');
  const outer = new Set(inner.map(({ span }) => around(span)));
  const outerGood = new Set(inner.filter(({ span }) => span.statusCode !== 2).map(({ span }) => around(span)));
  return ({ span }) => (span.statusCode === 2 ? outer : outerGood).has(nameOf(span));
}

/**
 * Of a framework's span of a use of a tool and an instrumentation's around it the inner one counts, which knows the id of the
 * use: known by the name of the tool, and by nothing between.
 */
function usesAround(all: readonly Classified[]): (one: Classified) => boolean {
  const tools = all.filter(({ kind }) => kind.is === 'tool');
  const nameOfUse = (span: string, { span: use, source }: Classified): string => `${span} ${toolNameOf(use, source)}`;
  const within = tools.filter(({ span }) => span.parentSpanId !== '');
  const outer = new Set(within.map((one) => nameOfUse(aroundOf(one.span), one)));
  return (one) => one.kind.is === 'tool' && outer.has(nameOfUse(nameOf(one.span), one));
}

/** Spans of one call that carry it on; more are those of something else. */
const mostPassedOn = 8;

/**
 * The spans within each call that carry it to another process, where somebody may tell of it as well: those that nothing of this
 * request stands in, with nothing between but what passes it on.
 */
function passedOn(all: readonly Classified[]): Map<string, string[]> {
  const passes = ({ kind }: Classified): boolean => kind.is === 'request' || kind.is === 'unused';
  const ends = new Map<string, string[]>();
  if (!all.some((one) => passes(one) && one.span.parentSpanId !== '')) return ends;
  const named = new Map(all.map((one) => [nameOf(one.span), one]));
  const around = new Set(all.map(({ span }) => aroundOf(span)));
  for (const one of all) {
    if (!passes(one) || one.span.spanId === '' || around.has(nameOf(one.span))) continue;
    let outer = named.get(aroundOf(one.span));
    for (let steps = 0; outer !== undefined && passes(outer) && steps < mostBetween; steps += 1)
      outer = named.get(aroundOf(outer.span));
    if (outer?.kind.is !== 'llm') continue;
    const name = nameOf(outer.span);
    ends.set(name, [...(ends.get(name) ?? []), one.span.spanId].slice(0, mostPassedOn));
  }
  return ends;
}

/** Tokens of a call that the cache gave or took. */
const cachedOf = ({ cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens }: DraftOf<'llm_call'>): number =>
  (cache_read_tokens ?? 0) + (cache_write_5m_tokens ?? 0) + (cache_write_1h_tokens ?? 0);

/**
 * Whether a span around another one tells of the cache beside the tokens that are all the inner one knows of: botocore's own
 * instrumentation passes over what Bedrock counts beside the input. Then both are kept, and the store believes the outer one.
 */
const knowsCache = (outer: DraftOf<'llm_call'>, inner: DraftOf<'llm_call'>): boolean =>
  cachedOf(outer) > 0 &&
  cachedOf(inner) === 0 &&
  inner.input_tokens !== undefined &&
  outer.input_tokens === inner.input_tokens + cachedOf(outer) &&
  outer.output_tokens === inner.output_tokens;

const withPassedOn = (draft: Draft | null, span: Span, ends: ReadonlyMap<string, string[]>): Draft | null => {
  const passed = draft?.kind === 'llm_call' ? ends.get(nameOf(span)) : undefined;
  if (draft?.kind !== 'llm_call' || passed === undefined) return draft;
  return { ...draft, attributes: { ...draft.attributes, passed_on: passed.join(' ') } };
};

type Counts = Pick<DraftOf<'llm_call'>, 'input_tokens' | 'output_tokens'>;

/** Whether a span lies within another one of `sums` that came to as much: an agent around an agent tells of the same calls. */
function isWithin(
  span: Span,
  sum: Counts,
  sums: ReadonlyMap<string, Counts>,
  named: ReadonlyMap<string, Span>,
): boolean {
  let within = false;
  let outer = named.get(aroundOf(span));
  for (let steps = 0; outer !== undefined && steps < mostBetween; steps += 1) {
    // Spans in a circle are around each other, and one of them must count.
    if (outer === span) return false;
    const told = sums.get(nameOf(outer));
    within ||= told?.input_tokens === sum.input_tokens && told?.output_tokens === sum.output_tokens;
    outer = named.get(aroundOf(outer));
  }
  return within;
}

/** What agents say that their answers came to, where this request does not tell of the calls themselves; each answer once. */
function sumsOf(all: readonly Classified[], drafts: readonly Draft[], receivedAt: string): Draft[] {
  const told = new Set(
    drafts.flatMap((draft) =>
      draft.kind === 'llm_call' && (draft.input_tokens ?? draft.output_tokens) !== undefined ? [draft.trace_id] : [],
    ),
  );
  const agents = all.filter(
    ({ span, kind }) => kind.is === 'step' && kind.sum !== undefined && !told.has(span.traceId),
  );
  const sums = agents.flatMap(({ span, source, kind }) => {
    if (kind.is !== 'step' || kind.sum === undefined) return [];
    const sum = llmCallOf(span, source, receivedAt, { ...kind.sum, isSum: true });
    return sum.kind === 'llm_call' && (sum.input_tokens ?? 0) + (sum.output_tokens ?? 0) > 0 ? [{ span, sum }] : [];
  });
  if (sums.length < 2) return sums.map(({ sum }) => sum);
  const named = new Map(all.map(({ span }) => [nameOf(span), span]));
  const counts = new Map(sums.map(({ span, sum }) => [nameOf(span), sum]));
  return sums.filter(({ span, sum }) => !isWithin(span, sum, counts, named)).map(({ sum }) => sum);
}

/** A call with the span around it, where that is not the one it names: the outer one may be told of in another request. */
function withAround(draft: Draft | null, span: Span, around: (span: Span) => string): Draft | null {
  if (draft?.kind !== 'llm_call' || span.parentSpanId === '') return draft;
  const name = around(span);
  if (name === aroundOf(span)) return draft;
  return { ...draft, attributes: { ...draft.attributes, within_span: name.slice(span.traceId.length + 1) } };
}

function draftOf({ span, source, kind }: Classified, receivedAt: string, redact: Redact): Draft | null {
  switch (kind.is) {
    case 'llm':
      return llmCallOf(span, source, receivedAt, kind.options);
    case 'tool':
      return toolCallOf(span, source, receivedAt, redact);
    case 'step':
      return stepOf(span, source, receivedAt);
    case 'service':
      return serviceCallOf(span, source, receivedAt, kind.service, kind.operation);
    case 'memory':
      return memoryOperationOf(span, source, receivedAt, kind.operation);
    case 'request':
    case 'unused':
      return null;
  }
}

/**
 * What the spans of one request tell; each span is at most one record, and one for each attempt that it counts beside it, or for
 * the sum of the calls in it.
 */
export function readSpans(
  groups: readonly Group<Span>[],
  { receivedAt, redact }: { receivedAt: string; redact: Redact },
): Reading {
  const all = groups.flatMap(({ source, items }) =>
    items.map((span) => ({ span, source, kind: classify(span, source) })),
  );
  const around = createAround(all);
  const isToldWithin = callsAround(all, around);
  const isUsedWithin = usesAround(all);
  const ends = passedOn(all);
  const calls = new Map<string, DraftOf<'llm_call'>>();
  const outer = new Map<string, DraftOf<'llm_call'>>();
  let unused = 0;
  const drafts: Draft[] = [];
  const answered: [Span, DraftOf<'llm_call'>][] = [];
  const keep = (draft: Draft | null): void => {
    if (draft === null) unused += 1;
    else drafts.push(draft);
  };
  for (const one of all) {
    if (one.kind.is === 'request') continue;
    if (isUsedWithin(one)) {
      keep(null);
      continue;
    }
    const draft = withPassedOn(withAround(draftOf(one, receivedAt, redact), one.span, around), one.span, ends);
    const told = one.kind.is === 'llm' && isToldWithin(one);
    if (told && draft?.kind === 'llm_call' && cachedOf(draft) > 0) outer.set(nameOf(one.span), draft);
    else keep(told ? null : draft);
    if (draft?.kind !== 'llm_call') continue;
    calls.set(nameOf(one.span), draft);
    if (!told) answered.push([one.span, draft]);
  }
  if (outer.size > 0) {
    const inner = all.filter(({ kind, span }) => kind.is === 'llm' && span.parentSpanId !== '');
    const within = Map.groupBy(inner, ({ span }) => around(span));
    for (const [name, draft] of outer) {
      const told = within.get(name)?.flatMap(({ span }) => calls.get(nameOf(span)) ?? []) ?? [];
      keep(told.some((call) => knowsCache(draft, call)) ? draft : null);
    }
  }
  for (const { span, source, kind } of all) {
    if (kind.is !== 'request') continue;
    const call = calls.get(aroundOf(span));
    keep(failedRequestOf(span, source, receivedAt, call === undefined ? undefined : withOuter(call, calls)));
  }
  for (const [span, draft] of answered) drafts.push(...attemptsBefore(span, withOuter(draft, calls)));
  drafts.push(...sumsOf(all, drafts, receivedAt));
  const whole = drafts.map((draft) => (draft.kind === 'llm_call' ? withOuter(draft, calls) : draft));
  return { drafts: whole, items: all.length, unused };
}
