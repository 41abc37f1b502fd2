import { besideOf, besideOfUsage } from '@telltale/pricing/beside-tokens';
import { normaliseUsage } from '@telltale/pricing/normalise-usage';
import { isJson, type Json } from './json-fields.ts';
import { text, word, type AnswerReader } from './answer-facts.ts';
import { createWholeUses } from './tool-uses.ts';

const wanted = {
  usageMetadata: 'usage',
  modelVersion: 'model',
  responseId: 'id',
  candidates: {
    '[]': {
      finishReason: 'stop',
      groundingMetadata: { webSearchQueries: { '[]': 'search' } },
      content: {
        parts: { '[]': { functionCall: { id: 'use_id', name: 'use_name', args: '#input', '{}': 'use_end' } } },
      },
    },
  },
  promptFeedback: { blockReason: 'blocked' },
  error: { status: 'error_type', code: 'error_code', message: 'error_message' },
} as const;

/** Gemini, whole, as server-sent events and as a list: nearly every piece carries usage, and the last one counts. */
export function readGemini(): AnswerReader {
  let usage: Json = {};
  const known: Record<string, string | undefined> = {};
  let searches = 0;
  const tools = createWholeUses();
  const facts = { complete: false, begun: false };

  return {
    wanted,
    uses: tools.uses,
    begun: () => facts.begun,
    value(name, value, bytes) {
      if (tools.take(name, value, bytes)) return;
      if (name === 'usage' && isJson(value)) usage = { ...usage, ...value };
      else if (name === 'model') known['model'] = text(value);
      else if (name === 'id') known['messageId'] ??= text(value);
      else if (name === 'search') searches += 1;
      else if (name === 'stop' || name === 'blocked') {
        known['stopReason'] = text(value);
        facts.complete = true;
      } else if (name === 'error_type') known['errorType'] = text(value);
      else if (name === 'error_code') known['errorType'] ??= word(value);
      else if (name === 'error_message') known['errorMessage'] = text(value);
    },
    document() {
      facts.begun = true;
    },
    facts: () => ({
      ...facts,
      ...known,
      toolCalls: tools.calls(),
      usage: normaliseUsage('gemini_api', usage),
      beside: { ...besideOfUsage(usage), ...besideOf({ web_searches: searches }) },
    }),
  };
}
