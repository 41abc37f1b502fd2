import { normaliseUsage } from '@telltale/pricing/normalise-usage';
import type { Json } from './json-fields.ts';
import { text, type AnswerReader } from './answer-facts.ts';
import { createUseList } from './tool-uses.ts';

const wanted = {
  model: 'model',
  done: 'done',
  done_reason: 'stop',
  prompt_eval_count: 'prompt_eval_count',
  eval_count: 'eval_count',
  error: 'error',
  embeddings: { '[]': '#embedding' },
  message: { tool_calls: { '[]': { id: 'use_id', function: { name: 'call', arguments: '#args' }, '{}': 'call_end' } } },
} as const;

/** Ollama's own API: lines of JSON, of which the last carries the counts. */
export function readOllama(): AnswerReader {
  const usage: Json = {};
  const known: Record<string, string | undefined> = {};
  const list = createUseList();
  let asked: { id?: unknown; name?: unknown; bytes: number } = { bytes: 0 };
  const facts = { complete: false, begun: false, toolCalls: 0 };

  return {
    wanted,
    uses: list.uses,
    begun: () => facts.begun,
    value(name, value, bytes) {
      if (name === 'model') known['model'] = text(value);
      else if (name === 'done') facts.complete = value === true;
      else if (name === '#embedding') facts.complete = true;
      else if (name === 'stop') known['stopReason'] = text(value);
      else if (name === 'call') {
        facts.toolCalls += 1;
        asked.name = value;
      } else if (name === 'use_id') asked.id = value;
      else if (name === '#args') asked.bytes = bytes;
      else if (name === 'call_end') {
        const use = list.of(asked.id, asked.name);
        if (use !== null) use.inputBytes = asked.bytes;
        asked = { bytes: 0 };
      } else if (name === 'error') known['errorMessage'] = text(value);
      else usage[name] = value;
    },
    document() {
      facts.begun = true;
    },
    facts: () => ({ ...facts, ...known, usage: normaliseUsage('ollama_api', usage) }),
  };
}
