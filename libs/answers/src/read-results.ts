import type { Wire } from './call-shape.ts';
import { createJsonScanner } from './json-scanner.ts';
import { wordOf } from './tool-uses.ts';
import type { Wanted } from './wanted-members.ts';

/** What a request says that the use of a tool came to. */
export type ToolResult = {
  id: string | undefined;
  name: string | undefined;
  failed: boolean;
  /** The length of what came of it, as JSON text on the wire. */
  outputBytes: number;
};

/** More than come back at once; of those without an id alone, which have to wait for the end. */
const mostLast = 256;

const message = { role: 'role', '{}': 'message_end' } as const;
const ofMessage = { ...message, tool_call_id: 'id', tool_name: 'name', name: 'name', content: '#output' } as const;
const block = { type: 'type', tool_use_id: 'id', is_error: 'failed', content: '#output', '{}': 'block_end' } as const;
const functionResponse = {
  id: 'id',
  name: 'name',
  response: { error: 'error', '{}': '#output' },
  '{}': 'answered',
} as const;

const wantedOf: Readonly<Record<Wire, Wanted>> = {
  anthropic: { messages: { '[]': { content: { '[]': block } } } },
  openai_chat: { messages: { '[]': ofMessage } },
  ollama: { messages: { '[]': ofMessage } },
  responses: { input: { '[]': { type: 'type', call_id: 'id', output: '#output', '{}': 'item_end' } } },
  gemini: { contents: { '[]': { ...message, parts: { '[]': { functionResponse } } } } },
};

type Result = { id?: unknown; name?: unknown; type?: unknown; failed?: unknown; bytes: number };

/**
 * Finds the results of tools in a request of any size, in any pieces. Those with an id are told as they are met, all of the
 * conversation: the caller knows which are new. Of those without one only the last are told, at the end: the others belong to
 * turns that are over.
 */
export function createResultReader(wire: Wire, onResult: (result: ToolResult) => void) {
  let now: Result = { bytes: 0 };
  let role: unknown;
  /** Of the message that is read, and of all since the model spoke last. */
  let within: ToolResult[] = [];
  let last: ToolResult[] = [];

  const told = (): void => {
    const { id, name, failed, bytes } = now;
    const result = { id: wordOf(id), name: wordOf(name), failed: failed === true, outputBytes: bytes };
    if (result.id !== undefined) onResult(result);
    if (within.length < mostLast) within.push(result);
  };

  const values: Readonly<Record<string, (value: unknown, bytes: number) => void>> = {
    id: (value) => (now.id = value),
    name: (value) => (now.name = value),
    type: (value) => (now.type = value),
    role: (value) => (role = value),
    failed: (value) => (now.failed = value),
    // The name that Google gives to what went wrong; some clients always send it.
    error: (value) => (now.failed = value !== null && value !== false && value !== ''),
    '#output': (_value, bytes) => (now.bytes = bytes),
    block_end() {
      if (now.type === 'tool_result') told();
      now = { bytes: 0 };
    },
    item_end() {
      if (typeof now.type === 'string' && now.type.endsWith('_call_output')) told();
      now = { bytes: 0 };
    },
    answered() {
      told();
      now = { bytes: 0 };
    },
    message_end() {
      if (role === 'tool') told();
      if (role === 'assistant' || role === 'model') last = [];
      else if (last.length < mostLast) last.push(...within);
      within = [];
      role = undefined;
      now = { bytes: 0 };
    },
  };

  const scanner = createJsonScanner({
    wanted: wantedOf[wire],
    onValue: (name, value, start, end) => values[name]?.(value, end - start),
  });
  return {
    push: (bytes: Buffer): void => scanner.push(bytes),
    /** The results that came since the model spoke last and may be known by their names alone. */
    last: (): readonly ToolResult[] => last,
  };
}
