import { besideOfUsage } from '@telltale/pricing/beside-tokens';
import { normaliseUsage } from '@telltale/pricing/normalise-usage';
import { isJson, type Json } from './json-fields.ts';
import { text, type AnswerReader } from './answer-facts.ts';
import { createUseList, type ToolUse } from './tool-uses.ts';

const block = { type: 'block', id: 'use_id', name: 'use_name', '{}': 'block_end' } as const;

const wanted = {
  type: 'type',
  id: 'id',
  model: 'model',
  usage: 'usage',
  stop_reason: 'stop',
  content: { '[]': { ...block, input: '#input' } },
  message: { id: 'id', model: 'model', usage: 'usage', stop_reason: 'stop' },
  delta: { stop_reason: 'stop', partial_json: '#part' },
  content_block: block,
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
  const list = createUseList();
  let asked: { block?: unknown; id?: unknown; name?: unknown; bytes: number } = { bytes: 0 };
  /** Whose input comes in pieces. */
  let open: ToolUse | null = null;
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
    uses: list.uses,
    begun: () => facts.begun,
    value(name, value, bytes) {
      if (name === '#part') {
        if (open !== null) open.inputBytes += bytes - 2;
      } else if (name === 'block') {
        asked.block = value;
        tools += value === 'tool_use' || value === 'server_tool_use' ? 1 : 0;
      } else if (name === 'use_id') asked.id = value;
      else if (name === 'use_name') asked.name = value;
      else if (name === '#input') asked.bytes = bytes;
      else if (name === 'block_end') {
        // What the provider runs itself is no tool of the client's.
        open = asked.block === 'tool_use' ? list.of(asked.id, asked.name) : null;
        if (open !== null) open.inputBytes += asked.bytes;
        asked = { bytes: 0 };
      } else seen[name] = value;
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
