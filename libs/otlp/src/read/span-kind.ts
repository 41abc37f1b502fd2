import type { Attributes } from '../attributes.ts';
import type { Source, Span } from '../signals.ts';
import type { LlmSpanOptions } from './llm-span.ts';

/** What a span is, to us. `unused` spans are a client's internals or repeat what another item tells. */
export type SpanKind =
  | { is: 'llm'; options: LlmSpanOptions }
  | { is: 'request' }
  | { is: 'tool' }
  /** `sum`: what the calls within came to, which counts where nobody tells of them. */
  | { is: 'step'; sum?: LlmSpanOptions }
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

const counts = [
  'gen_ai.usage.input_tokens',
  'gen_ai.usage.output_tokens',
  'llm.token_count.prompt',
  'llm.token_count.completion',
];

/** An agent at work, which may say what its answer came to. */
export const agentStep = (attributes: Attributes, usage: 'otel' | 'openinference'): SpanKind =>
  counts.some((key) => has(attributes, key)) ? { is: 'step', sum: { usage, operation: 'chat' } } : step;
