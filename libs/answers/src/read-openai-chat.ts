import { besideOfUsage } from '@telltale/pricing/beside-tokens';
import { normaliseUsage } from '@telltale/pricing/normalise-usage';
import { isJson, type Json } from './json-fields.ts';
import { text, word, type AnswerReader } from './answer-facts.ts';
import { createUseList, type ToolUse } from './tool-uses.ts';

const call = {
  index: 'use_index',
  id: 'call',
  function: { name: 'use_name', arguments: '#part' },
  // A tool whose input is plain text.
  custom: { name: 'use_name', input: '#part' },
  '{}': 'call_end',
} as const;
const calls = { '[]': call } as const;
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

/** More than any answer has. */
const mostIndexes = 256;

/**
 * Chat completions, plain completions and embeddings, and the servers that speak them. Where each chunk of a stream
 * carries usage, the last one counts.
 */
export function readOpenAiChat(): AnswerReader {
  let usage: Json = {};
  const known: Record<string, string | undefined> = {};
  const facts = { complete: false, begun: false, toolCalls: 0 };
  const list = createUseList();
  let asked: { id?: unknown; name?: unknown; index?: unknown; bytes: number } = { bytes: 0 };
  /** Whose input comes in pieces, by what the pieces say. */
  const byIndex = new Map<unknown, ToolUse | null>();

  return {
    wanted,
    uses: list.uses,
    begun: () => facts.begun,
    value(name, value, bytes) {
      if (name === '#part') asked.bytes += bytes - 2;
      else if (name === 'use_name') asked.name = value;
      else if (name === 'use_index') asked.index = value;
      else if (name === 'call_end') {
        // Without an id it is a piece of one that began before, or of a server whose results could not be told apart.
        if (text(asked.id) !== undefined && byIndex.size <= mostIndexes)
          byIndex.set(asked.index, list.of(asked.id, asked.name));
        const use = byIndex.get(asked.index);
        if (use) use.inputBytes += asked.bytes;
        asked = { bytes: 0 };
      } else if (name === 'usage' && isJson(value)) usage = { ...usage, ...value };
      else if (name === 'tier' && typeof value === 'string') usage['service_tier'] = value;
      else if (name === 'id') known['messageId'] ??= text(value);
      else if (name === 'model') known['model'] ??= text(value);
      else if (name === 'index') facts.begun = true;
      else if (name === 'call' && text(value) !== undefined) {
        asked.id = value;
        facts.toolCalls += 1;
      } else if (name === '#data') facts.complete = true;
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
      usage: normaliseUsage('num_search_queries' in usage ? 'perplexity_api' : 'openai_chat', usage),
      beside: besideOfUsage(usage),
    }),
  };
}
