import { normaliseUsage } from '@telltale/pricing/normalise-usage';
import type { Json } from './json-fields.ts';
import { text, type AnswerReader } from './answer-facts.ts';

const wanted = {
  model: 'model',
  done: 'done',
  done_reason: 'stop',
  prompt_eval_count: 'prompt_eval_count',
  eval_count: 'eval_count',
  error: 'error',
  embeddings: { '[]': '#embedding' },
  message: { tool_calls: { '[]': { function: { name: 'call' } } } },
} as const;

/** Ollama's own API: lines of JSON, of which the last carries the counts. */
export function readOllama(): AnswerReader {
  const usage: Json = {};
  const known: Record<string, string | undefined> = {};
  const facts = { complete: false, begun: false, toolCalls: 0 };

  return {
    wanted,
    begun: () => facts.begun,
    value(name, value) {
      if (name === 'model') known['model'] = text(value);
      else if (name === 'done') facts.complete = value === true;
      else if (name === '#embedding') facts.complete = true;
      else if (name === 'stop') known['stopReason'] = text(value);
      else if (name === 'call') facts.toolCalls += 1;
      else if (name === 'error') known['errorMessage'] = text(value);
      else usage[name] = value;
    },
    document() {
      facts.begun = true;
    },
    facts: () => ({ ...facts, ...known, usage: normaliseUsage('ollama_api', usage) }),
  };
}
