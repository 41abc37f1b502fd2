import type { UsageSource } from '@telltale/pricing/usage-profiles';
import { numberOf, textOf, type Attributes } from '../attributes.ts';
import { jsonAttribute } from './json-attribute.ts';
import { has, step, tool, unused, type SpanKind, type SpanProfile } from './span-kind.ts';

/** Which API's own words the usage has. */
function sourceOf(raw: Readonly<Record<string, unknown>>, attributes: Attributes): UsageSource {
  if (textOf(attributes, 'gen_ai.provider.name', 'gen_ai.system') === 'anthropic') return 'anthropic_api';
  return 'prompt_tokens' in raw ? 'openai_chat' : 'openai_responses';
}

/** What tells something of an answer; the span of a request whose answer is streamed ends before there is any. */
const answered = [
  'gen_ai.usage.input_tokens',
  'gen_ai.response.id',
  'gen_ai.output.messages',
  'response_data',
  'gen_ai.response.finish_reasons',
] as const;

/** What is around the calls of the OpenAI Agents SDK, as Logfire names it; turns and tasks sum up what is in them. */
const around = (attributes: Attributes): SpanKind => {
  const template = textOf(attributes, 'logfire.msg_template') ?? '';
  if (template.startsWith('Function: ')) return tool;
  return template.startsWith('Agent run: ') ? step : unused;
};

/**
 * Logfire's own instrumentation of the SDKs of OpenAI and Anthropic. It keeps the usage as the API wrote it. A streamed answer
 * is told twice: by the span of the request, which ends when the answer begins, and by a log once it was read.
 */
export const logfire: SpanProfile = {
  name: 'logfire',
  matches: ({ attributes }, { scope }) =>
    scope === 'logfire.openai_agents' ||
    ((scope === 'logfire.openai' || scope === 'logfire.anthropic') && has(attributes, 'gen_ai.request.model')),
  classify: ({ attributes, statusCode }) => {
    const type = textOf(attributes, 'logfire.span_type');
    if (type === 'pending_span') return unused;
    if (!has(attributes, 'gen_ai.request.model')) return around(attributes);
    if (type !== 'log' && statusCode !== 2 && !answered.some((key) => has(attributes, key))) return unused;
    const raw = jsonAttribute(attributes, 'gen_ai.usage.raw');
    const isRaw = Object.keys(raw).length > 0;
    const seconds = type === 'log' ? numberOf(attributes, 'duration') : undefined;
    return {
      is: 'llm',
      options: {
        usage: isRaw ? sourceOf(raw, attributes) : 'otel',
        ...(isRaw ? { given: raw } : {}),
        ...(seconds === undefined ? {} : { durationMs: seconds * 1_000, streamed: true }),
      },
    };
  },
};
