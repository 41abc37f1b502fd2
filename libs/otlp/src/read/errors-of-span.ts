import { textOf } from '../attributes.ts';
import type { Span } from '../signals.ts';
import { clip } from './draft.ts';

export type SpanFailure = {
  failed: boolean;
  errorType: string | undefined;
  errorMessage: string | undefined;
};

/** How a span failed: its status, else what its exception event tells; Langfuse's library for JavaScript says it by a level. */
export function failureOf({ attributes, events, statusCode, statusMessage }: Span): SpanFailure {
  const exception = events.find(({ name }) => name === 'exception')?.attributes ?? {};
  const failed = statusCode === 2 || textOf(attributes, 'langfuse.observation.level') === 'ERROR';
  return {
    failed,
    errorType: clip(textOf(attributes, 'error.type', 'error_class') ?? textOf(exception, 'exception.type')),
    errorMessage: failed
      ? clip(
          textOf({ statusMessage }, 'statusMessage') ??
            textOf(exception, 'exception.message') ??
            textOf(attributes, 'error', 'langfuse.observation.status_message'),
          8_192,
        )
      : undefined,
  };
}
