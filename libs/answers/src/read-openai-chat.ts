import { besideOfUsage } from '@telltale/pricing/beside-tokens';
import { normaliseUsage } from '@telltale/pricing/normalise-usage';
import { isJson, type Json } from './json-fields.ts';
import { text, word, type AnswerReader } from './answer-facts.ts';

const calls = { '[]': { id: 'call' } } as const;
const wanted = {
  id: 'id',
  model: 'model',
  usage: 'usage',
  service_tier: 'tier',
  data: { '[]': '#data' },
  choices: {
    '[]': { index: 'index', finish_reason: 'stop', delta: { tool_calls: calls }, message: { tool_calls: calls } },
  },
  error: { type: 'error_type', code: 'error_code', message: 'error_message' },
} as const;

/**
 * Chat completions, plain completions and embeddings, and the servers that speak them. Where each chunk of a stream
 * carries usage, the last one counts.
 */
export function readOpenAiChat(): AnswerReader {
  let usage: Json = {};
  const known: Record<string, string | undefined> = {};
  const facts = { complete: false, begun: false, toolCalls: 0 };

  return {
    wanted,
    begun: () => facts.begun,
    value(name, value) {
      if (name === 'usage' && isJson(value)) usage = { ...usage, ...value };
      else if (name === 'tier' && typeof value === 'string') usage['service_tier'] = value;
      else if (name === 'id') known['messageId'] ??= text(value);
      else if (name === 'model') known['model'] ??= text(value);
      else if (name === 'index') facts.begun = true;
      else if (name === 'call' && text(value) !== undefined) facts.toolCalls += 1;
      else if (name === '#data') facts.complete = true;
      else if (name === 'stop' && text(value) !== undefined) {
        known['stopReason'] = text(value);
        facts.complete = true;
      } else if (name === 'error_type') known['errorType'] = text(value) ?? known['errorType'];
      else if (name === 'error_code') known['errorType'] ??= word(value);
      else if (name === 'error_message') known['errorMessage'] = text(value);
    },
    document() {},
    facts: () => ({
      ...facts,
      ...known,
      // The usage comes after the reason to stop, and [DONE] after both.
      lacksEnd: Object.keys(usage).length === 0,
      usage: normaliseUsage('openai_chat', usage),
      beside: besideOfUsage(usage),
    }),
  };
}
