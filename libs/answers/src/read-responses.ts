import { besideOf } from '@telltale/pricing/beside-tokens';
import { normaliseUsage } from '@telltale/pricing/normalise-usage';
import { isJson, type Json } from './json-fields.ts';
import { text, word, type AnswerReader } from './answer-facts.ts';
import { createUseList } from './tool-uses.ts';

const item = { call_id: 'use_id', name: 'use_name', arguments: '#input', input: '#input', '{}': 'item_end' } as const;
const response = {
  id: 'id',
  model: 'model',
  status: 'status',
  usage: 'usage',
  service_tier: 'tier',
  output: { '[]': { type: 'item', ...item } },
  incomplete_details: { reason: 'stop' },
  error: { code: 'error_type', type: 'error_type', message: 'error_message' },
} as const;
const wanted = {
  ...response,
  type: 'type',
  code: 'error_code',
  message: 'error_message',
  response,
  item: { type: 'item_type', ...item },
} as const;

type Asked = { id?: unknown; name?: unknown; type?: unknown; bytes: number };
/** More than any answer has. */
const mostSeen = 256;

const ends = new Set(['completed', 'incomplete', 'failed', 'cancelled']);

/** The Responses API, whole and streamed: the last event carries everything, also of an answer that failed. */
export function readResponses(): AnswerReader {
  let usage: Json = {};
  let type: string | undefined;
  let status: string | undefined;
  let items = 0;
  let searches = 0;
  let seenSearches = 0;
  const list = createUseList();
  let asked: Asked = { bytes: 0 };
  let seen: Asked[] = [];
  const known: Record<string, string | undefined> = {};
  const facts = { complete: false, begun: false, toolCalls: 0 };

  return {
    wanted,
    uses: list.uses,
    begun: () => facts.begun,
    value(name, value, bytes) {
      if (name === 'type') type = text(value);
      else if (name === 'status') status = text(value);
      else if (name === 'usage' && isJson(value)) usage = { ...usage, ...value };
      else if (name === 'tier' && typeof value === 'string') usage['service_tier'] = value;
      else if (name === 'id') known['id'] = text(value);
      else if (name === 'model') known['model'] = text(value) ?? known['model'];
      else if (name === 'use_id') asked.id = value;
      else if (name === 'use_name') asked.name = value;
      else if (name === '#input') asked.bytes = bytes - 2;
      else if (name === 'item_type') asked.type = value;
      else if (name === 'item_end') {
        // What the provider runs itself has no such id.
        if (asked.id !== undefined && seen.length < mostSeen) seen.push(asked);
        asked = { bytes: 0 };
      } else if (name === 'item') {
        asked.type = value;
        items += text(value)?.endsWith('_call') === true ? 1 : 0;
        seenSearches += value === 'web_search_call' ? 1 : 0;
      } else if (name === 'stop') known['stopReason'] = text(value) ?? known['stopReason'];
      else if (name === 'error_type' || name === 'error_code') known['type'] = word(value) ?? known['type'];
      else if (name === 'error_message') known['message'] = text(value) ?? known['message'];
    },
    document() {
      // A whole answer has no type; in a stream only the events about the response itself carry its id and state.
      const about = type === undefined || !type.startsWith('response.') || !type.includes('.', 9);
      if (type?.endsWith('.delta') === true) facts.begun = true;
      if (about && known['id'] !== undefined) known['messageId'] = known['id'];
      if (about && status !== undefined && ends.has(status)) {
        facts.complete = true;
        known['stopReason'] ??= status;
        facts.toolCalls = items;
        searches = seenSearches;
      }
      // The last event tells of all; some servers leave it empty there, and tell of each item when it is done.
      if (type === undefined || type.endsWith('.done') || (about && status !== undefined && ends.has(status)))
        for (const { id, name, type: kind, bytes } of seen) {
          const word = text(kind);
          if (word?.endsWith('_call') !== true || text(id) === undefined) continue;
          const use = list.of(id, name ?? word.slice(0, -'_call'.length));
          if (use !== null) use.inputBytes = bytes;
        }
      seen = [];
      if (type === 'error' || status === 'failed' || type === undefined) {
        known['errorType'] = known['type'] ?? known['errorType'];
        known['errorMessage'] = known['message'] ?? known['errorMessage'];
      }
      delete known['id'];
      delete known['type'];
      delete known['message'];
      type = undefined;
      status = undefined;
      items = 0;
      seenSearches = 0;
    },
    facts: () => ({
      ...facts,
      ...known,
      usage: normaliseUsage('openai_responses', usage),
      beside: besideOf({ web_searches: searches }),
    }),
  };
}
