import type { Group, Source, Span } from '../signals.ts';
import type { Draft, DraftOf } from './draft.ts';
import { attemptsBefore, failedRequestOf } from './failed-attempts.ts';
import { llmCallOf } from './llm-span.ts';
import { memoryOperationOf, serviceCallOf, stepOf } from './other-spans.ts';
import type { Reading } from './reading.ts';
import type { Redact } from './redact.ts';
import type { SpanKind } from './span-kind.ts';
import { spanProfiles } from './span-profiles.ts';
import { toolCallOf } from './tool-span.ts';

type Classified = { span: Span; source: Source; kind: SpanKind };

const classify = (span: Span, source: Source): SpanKind =>
  spanProfiles.find((profile) => profile.matches(span, source))?.classify(span, source) ?? { is: 'unused' };

const nameOf = ({ traceId, spanId }: Span): string => `${traceId}:${spanId}`;
const aroundOf = ({ traceId, parentSpanId }: Span): string => `${traceId}:${parentSpanId}`;

/**
 * Instrumentations wrap each other: an inference span around another one is the same request, and the inner one counts. One
 * that went well within is not told by those that failed in it: those were attempts before.
 */
function callsAround(all: readonly Classified[]): (one: Classified) => boolean {
  const inner = all.filter(({ span, kind }) => kind.is === 'llm' && span.parentSpanId !== '');
  const around = new Set(inner.map(({ span }) => aroundOf(span)));
  const aroundGood = new Set(inner.filter(({ span }) => span.statusCode !== 2).map(({ span }) => aroundOf(span)));
  return ({ span }) => (span.statusCode === 2 ? around : aroundGood).has(nameOf(span));
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

/** What the spans of one request tell; each span is at most one record, and one for each attempt that it counts beside it. */
export function readSpans(
  groups: readonly Group<Span>[],
  { receivedAt, redact }: { receivedAt: string; redact: Redact },
): Reading {
  const all = groups.flatMap(({ source, items }) =>
    items.map((span) => ({ span, source, kind: classify(span, source) })),
  );
  const isToldWithin = callsAround(all);
  const calls = new Map<string, DraftOf<'llm_call'>>();
  let unused = 0;
  const drafts: Draft[] = [];
  const keep = (draft: Draft | null): void => {
    if (draft === null) unused += 1;
    else drafts.push(draft);
  };
  for (const one of all) {
    if (one.kind.is === 'request') continue;
    const draft = draftOf(one, receivedAt, redact);
    const told = one.kind.is === 'llm' && isToldWithin(one);
    keep(told ? null : draft);
    if (draft?.kind !== 'llm_call') continue;
    calls.set(nameOf(one.span), draft);
    if (!told) drafts.push(...attemptsBefore(one.span, draft));
  }
  for (const { span, source, kind } of all) {
    if (kind.is === 'request') keep(failedRequestOf(span, source, receivedAt, calls.get(aroundOf(span))));
  }
  return { drafts, items: all.length, unused };
}
