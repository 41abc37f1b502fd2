import { normaliseUsage } from '@telltale/pricing/normalise-usage';
import type { Json } from './json-fields.ts';
import { text, type AnswerReader } from './answer-facts.ts';
import { createWholeUses } from './tool-uses.ts';

const wanted = {
  model: 'model',
  done: 'done',
  done_reason: 'stop',
  prompt_eval_count: 'prompt_eval_count',
  eval_count: 'eval_count',
  error: 'error',
  embeddings: { '[]': '#embedding' },
  message: {
    tool_calls: { '[]': { id: 'use_id', function: { name: 'use_name', arguments: '#input' }, '{}': 'use_end' } },
  },
} as const;

/** Ollama's own API: lines of JSON, of which the last carries the counts. */
export function readOllama(): AnswerReader {
  const usage: Json = {};
  const known: Record<string, string | undefined> = {};
  const tools = createWholeUses();
  const facts = { complete: false, begun: false };

  return {
    wanted,
    uses: tools.uses,
    begun: () => facts.begun,
    value(name, value, bytes) {
      if (tools.take(name, value, bytes)) return;
      if (name === 'model') known['model'] = text(value);
      else if (name === 'done') facts.complete = value === true;
      else if (name === '#embedding') facts.complete = true;
      else if (name === 'stop') known['stopReason'] = text(value);
      else if (name === 'error') known['errorMessage'] = text(value);
      else usage[name] = value;
    },
    document() {
      facts.begun = true;
    },
    facts: () => ({ ...facts, ...known, toolCalls: tools.calls(), usage: normaliseUsage('ollama_api', usage) }),
  };
}
