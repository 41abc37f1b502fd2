import { besideOfUsage } from '@telltale/pricing/beside-tokens';
import { normaliseUsage } from '@telltale/pricing/normalise-usage';
import { isJson, type Json } from './json-fields.ts';
import { text, type AnswerReader } from './answer-facts.ts';

const wanted = {
  type: 'type',
  id: 'id',
  model: 'model',
  usage: 'usage',
  stop_reason: 'stop',
  content: { '[]': { type: 'block' } },
  message: { id: 'id', model: 'model', usage: 'usage', stop_reason: 'stop' },
  delta: { stop_reason: 'stop' },
  content_block: { type: 'block' },
  error: { type: 'error_type', message: 'error_message' },
} as const;

/**
 * The Messages API, whole and streamed. A stream's counts are cumulative: a later one replaces an earlier, and a gateway
 * that begins with 0 or ends with null takes nothing back.
 */
export function readAnthropic(): AnswerReader {
  const usage: Json = {};
  let seen: Record<string, unknown> = {};
  let tools = 0;
  const facts = { complete: false, begun: false, toolCalls: 0 };
  const known: Record<string, string | undefined> = {};

  const addUsage = (later: unknown): void => {
    if (!isJson(later)) return;
    for (const [name, value] of Object.entries(later)) {
      const before = usage[name];
      if (value === null) continue;
      usage[name] = typeof value === 'number' && typeof before === 'number' ? Math.max(before, value) : value;
    }
  };

  return {
    wanted,
    begun: () => facts.begun,
    value(name, value) {
      if (name === 'block') tools += value === 'tool_use' || value === 'server_tool_use' ? 1 : 0;
      else seen[name] = value;
    },
    document() {
      const type = text(seen['type']);
      if (type === 'content_block_start' || type === 'content_block_delta') facts.begun = true;
      if (type === 'message_stop' || type === 'message') facts.complete = true;
      if (type === 'error') {
        known['errorType'] = text(seen['error_type']);
        known['errorMessage'] = text(seen['error_message']);
      }
      if (type === 'message' || type === 'message_start') {
        known['model'] = text(seen['model']);
        known['messageId'] = text(seen['id']);
      }
      known['stopReason'] = text(seen['stop']) ?? known['stopReason'];
      addUsage(seen['usage']);
      facts.toolCalls += tools;
      tools = 0;
      seen = {};
    },
    facts: () => ({ ...facts, ...known, usage: normaliseUsage('anthropic_api', usage), beside: besideOfUsage(usage) }),
  };
}
