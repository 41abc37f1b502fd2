import { explainUsage } from '@telltale/pricing/normalise-usage';
import type { UsageSource } from '@telltale/pricing/usage-profiles';
import { booleanOf, firstTextOf, numberOf, textOf, type Attributes } from '../attributes.ts';
import type { Source } from '../signals.ts';
import { clip, countOf, durationOf, known, type Draft, type DraftOf } from './draft.ts';
import type { Redact } from './redact.ts';

/** What all records of one log item have in common. */
export type Common = Pick<Draft, 'at' | 'agent_id'> & Partial<Draft>;
export type LogContext = { attributes: Attributes; source: Source; common: Common; redact: Redact };

/** Reads one event of a client; null when it tells nothing that is kept. */
export type EventReader = (context: LogContext) => Draft | null;

/** Gemini CLI numbers the turns of a sub-agent after its id; those of the main thread have the prompt's own. */
const turnOfSubAgent = /^([^#]+)#\d+$/;

const subAgentOf = (attributes: Attributes): string | undefined =>
  textOf(attributes, 'agent_id') ?? turnOfSubAgent.exec(textOf(attributes, 'prompt_id') ?? '')?.[1];

/** What every record of an event of a client has: who it is about, and where in the client it comes from. */
export const callBase = ({ common, attributes }: LogContext) => ({
  ...common,
  attributes: known({
    signal: 'log',
    client_agent_id: clip(subAgentOf(attributes)),
    client_agent_name: clip(textOf(attributes, 'agent.name', 'agent_name')),
    query_source: clip(textOf(attributes, 'query_source')),
  }),
});

type CallOptions = { usage: UsageSource; provider?: string };

export const callEvent =
  ({ usage, provider }: CallOptions): EventReader =>
  (context) => {
    const { attributes } = context;
    const call: DraftOf<'llm_call'> = {
      ...callBase(context),
      kind: 'llm_call',
      model: clip(textOf(attributes, 'model')) ?? 'unknown',
      status: 'ok',
      origin: 'otlp',
      ...explainUsage(usage, attributes).usage,
      ...known({
        provider: provider ?? clip(textOf(attributes, 'provider_name')),
        duration_ms: durationOf(numberOf(attributes, 'duration_ms')),
        ttft_ms: durationOf(numberOf(attributes, 'ttft_ms')),
        stop_reason: clip(firstTextOf(attributes, 'finish_reasons', 'stop_reason')),
        attempt: countOf(numberOf(attributes, 'attempt')),
        request_id: clip(textOf(attributes, 'request_id')),
      }),
    };
    return call;
  };

export const failedCallEvent =
  ({ provider }: Pick<CallOptions, 'provider'>): EventReader =>
  (context) => {
    const { attributes, redact } = context;
    const status = numberOf(attributes, 'status_code', 'http.response.status_code');
    const message = textOf(attributes, 'error', 'error.message', 'error_message');
    const call: DraftOf<'llm_call'> = {
      ...callBase(context),
      kind: 'llm_call',
      model: clip(textOf(attributes, 'model', 'model_name')) ?? 'unknown',
      status: 'error',
      origin: 'otlp',
      ...known({
        provider,
        error_type: clip(
          textOf(attributes, 'error_type', 'error.type') ?? (status === undefined ? undefined : `http_${status}`),
        ),
        error_message: clip(message === undefined ? undefined : redact(message), 8_192),
        duration_ms: durationOf(numberOf(attributes, 'duration_ms', 'duration')),
        attempt: countOf(numberOf(attributes, 'attempt')),
        request_id: clip(textOf(attributes, 'request_id')),
      }),
    };
    return call;
  };

export const toolEvent: EventReader = (context) => {
  const { attributes, redact } = context;
  const input = textOf(attributes, 'tool_input', 'arguments', 'function_args');
  const output = textOf(attributes, 'output');
  const error = textOf(attributes, 'error');
  const success = booleanOf(attributes, 'success') ?? error === undefined;
  const call: DraftOf<'tool_call'> = {
    ...callBase(context),
    kind: 'tool_call',
    tool_name: clip(textOf(attributes, 'tool_name', 'function_name')) ?? 'unknown',
    success,
    ...known({
      tool_call_id: clip(textOf(attributes, 'tool_use_id', 'call_id')),
      duration_ms: durationOf(numberOf(attributes, 'duration_ms')),
      error_message: success ? undefined : clip(error === undefined ? undefined : redact(error), 8_192),
      input_size_bytes:
        countOf(numberOf(attributes, 'tool_input_size_bytes')) ??
        (input === undefined ? undefined : Buffer.byteLength(input)),
      output_size_bytes:
        countOf(numberOf(attributes, 'tool_result_size_bytes')) ??
        (output === undefined ? undefined : Buffer.byteLength(output)),
      input_preview: clip(input === undefined ? undefined : redact(input), 2_000),
      output_preview: clip(output === undefined ? undefined : redact(output), 2_000),
    }),
  };
  return call;
};

/** An event that a person wants to read in the activity log, in a few words. */
export const narrated =
  (level: DraftOf<'log_entry'>['level'], ...keys: readonly string[]): EventReader =>
  (context) => {
    const { attributes, redact } = context;
    const name = textOf(attributes, 'event.name') ?? 'event';
    const parts = keys.flatMap((key) => {
      const value = textOf(attributes, key);
      return value === undefined ? [] : [`${key}=${value}`];
    });
    const entry: DraftOf<'log_entry'> = {
      ...callBase(context),
      kind: 'log_entry',
      level,
      message: clip(redact([name, ...parts].join(' ')), 8_192) ?? name,
      source: 'orchestrator',
    };
    return entry;
  };
