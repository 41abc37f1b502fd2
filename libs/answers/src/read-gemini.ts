import { besideOf, besideOfUsage } from '@telltale/pricing/beside-tokens';
import { normaliseUsage } from '@telltale/pricing/normalise-usage';
import { isJson, type Json } from './json-fields.ts';
import { text, word, type AnswerReader } from './answer-facts.ts';
import { createUseList } from './tool-uses.ts';

const wanted = {
  usageMetadata: 'usage',
  modelVersion: 'model',
  responseId: 'id',
  candidates: {
    '[]': {
      finishReason: 'stop',
      groundingMetadata: { webSearchQueries: { '[]': 'search' } },
      content: { parts: { '[]': { functionCall: { id: 'use_id', name: 'call', args: '#args', '{}': 'call_end' } } } },
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
  const list = createUseList();
  let asked: { id?: unknown; name?: unknown; bytes: number } = { bytes: 0 };
  const facts = { complete: false, begun: false, toolCalls: 0 };

  return {
    wanted,
    uses: list.uses,
    begun: () => facts.begun,
    value(name, value, bytes) {
      if (name === 'usage' && isJson(value)) usage = { ...usage, ...value };
      else if (name === 'model') known['model'] = text(value);
      else if (name === 'id') known['messageId'] ??= text(value);
      else if (name === 'search') searches += 1;
      else if (name === 'call') {
        facts.toolCalls += 1;
        asked.name = value;
      } else if (name === 'use_id') asked.id = value;
      else if (name === '#args') asked.bytes = bytes;
      else if (name === 'call_end') {
        const use = list.of(asked.id, asked.name);
        if (use !== null) use.inputBytes = asked.bytes;
        asked = { bytes: 0 };
      } else if (name === 'stop' || name === 'blocked') {
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
      usage: normaliseUsage('gemini_api', usage),
      beside: { ...besideOfUsage(usage), ...besideOf({ web_searches: searches }) },
    }),
  };
}
