import type { Group, Source, Span } from '../signals.ts';
import type { Draft } from './draft.ts';
import { llmCallOf } from './llm-span.ts';
import { memoryOperationOf, serviceCallOf, stepOf } from './other-spans.ts';
import type { Reading } from './reading.ts';
import type { Redact } from './redact.ts';
import { spanProfiles, type SpanKind } from './span-profiles.ts';
import { toolCallOf } from './tool-span.ts';

type Classified = { span: Span; source: Source; kind: SpanKind };

const classify = (span: Span, source: Source): SpanKind =>
  spanProfiles.find((profile) => profile.matches(span, source))?.classify(span, source) ?? { is: 'unused' };

const spanKey = (traceId: string, spanId: string): string => `${traceId}:${spanId}`;

/** Instrumentations wrap each other: an inference span around another one is the same request, and the inner one counts. */
function callsAround(all: readonly Classified[]): ReadonlySet<string> {
  const parents = all.flatMap(({ span, kind }) =>
    kind.is === 'llm' && span.parentSpanId !== '' ? [spanKey(span.traceId, span.parentSpanId)] : [],
  );
  return new Set(parents);
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
    case 'unused':
      return null;
  }
}

/** What the spans of one request tell; each span is at most one record. */
export function readSpans(
  groups: readonly Group<Span>[],
  { receivedAt, redact }: { receivedAt: string; redact: Redact },
): Reading {
  const all = groups.flatMap(({ source, items }) =>
    items.map((span) => ({ span, source, kind: classify(span, source) })),
  );
  const around = callsAround(all);
  const drafts = all.flatMap((one) => {
    if (one.kind.is === 'llm' && around.has(spanKey(one.span.traceId, one.span.spanId))) return [];
    return draftOf(one, receivedAt, redact) ?? [];
  });
  return { drafts, items: all.length, unused: all.length - drafts.length };
}
