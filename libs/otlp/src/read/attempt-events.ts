import { subAgentLabels } from '@telltale/contracts/records/sub-agent';
import { textOf } from '../attributes.ts';
import { clip, known, type DraftOf } from './draft.ts';
import { callBase, type LogContext } from './log-profiles.ts';
import type { Attempt } from './reading.ts';

/** Each request that Claude Code makes, also one that is made again, each answer that it gets, and each request that it gives up. */
const events: ReadonlyMap<string, Attempt['is']> = new Map([
  ['claude_code.api_request_body', 'asked'],
  ['claude_code.api_response_body', 'answered'],
  ['claude_code.api_error', 'given_up'],
]);

/** Whether an event tells of one request to a model. */
export const isAttempt = (event: string): boolean => events.has(event);

/** What it tells of it; null for one that says nothing of which. */
export function attemptOf(event: string, context: LogContext): Attempt | null {
  const is = events.get(event);
  const id = clip(textOf(context.attributes, 'request_body_id'));
  if (is === undefined || (id === undefined && is === 'asked')) return null;
  const { attributes, ...base } = callBase(context);
  const call: DraftOf<'llm_call'> = {
    ...base,
    kind: 'llm_call',
    provider: 'anthropic',
    model: clip(textOf(context.attributes, 'model')) ?? 'unknown',
    status: 'error',
    origin: 'otlp',
    error_type: 'retried',
    ...known({ message_id: id === undefined ? undefined : clip(`attempt:${id}`) }),
    attributes: { ...attributes, signal: 'attempt', retried: true },
  };
  return { is, ...known({ id }), call: { ...call, ...subAgentLabels(call) } };
}
