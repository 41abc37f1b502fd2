import type { Attributes } from '../attributes.ts';
import type { Source, Span } from '../signals.ts';
import type { LlmSpanOptions } from './llm-span.ts';

/** What a span is, to us. `unused` spans are a client's internals or repeat what another item tells. */
export type SpanKind =
  | { is: 'llm'; options: LlmSpanOptions }
  | { is: 'request' }
  | { is: 'tool' }
  | { is: 'step' }
  | { is: 'memory'; operation: string }
  | { is: 'service'; service: string; operation: string }
  | { is: 'unused' };

export type SpanProfile = {
  name: string;
  matches: (span: Span, source: Source) => boolean;
  classify: (span: Span, source: Source) => SpanKind;
};

export const unused: SpanKind = { is: 'unused' };
export const step: SpanKind = { is: 'step' };
export const tool: SpanKind = { is: 'tool' };

export const has = (attributes: Attributes, key: string): boolean => attributes[key] !== undefined;
