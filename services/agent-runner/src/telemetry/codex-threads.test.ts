import type { Draft } from '@telltale/otlp/read/draft';
import { expect, test } from 'vitest';
import { createCodexThreads } from './codex-threads.ts';

const at = '2026-11-22T09:28:06.000Z';
const call = (session_id: string): Draft => ({
  kind: 'llm_call',
  at,
  agent_id: 'codex',
  session_id,
  model: 'gpt-5',
  status: 'ok',
  origin: 'otlp',
});
const spawn = (session_id: string, output_preview: string): Draft => ({
  kind: 'tool_call',
  at,
  agent_id: 'codex',
  session_id,
  tool_name: 'spawn_agent',
  success: true,
  output_preview,
});

test("the thread of Codex's sub-agent is one of the conversation that started it, also where that is a sub-agent's", () => {
  const threads = createCodexThreads();
  const whose = (draft: Draft) => {
    const { session_id, attributes } = threads(draft);
    return [session_id, attributes?.['client_agent_id']];
  };
  expect(whose(call('root'))).toEqual(['root', undefined]);
  expect(whose(spawn('root', '{"agent_id":"one","nickname":"Ada"}'))).toEqual(['root', undefined]);
  expect(whose(call('one'))).toEqual(['root', 'one']);
  expect(whose(spawn('one', '{"agent_id": "two"}'))).toEqual(['root', 'one']);
  expect(whose(call('two'))).toEqual(['root', 'two']);
  expect(whose(spawn('root', 'no answer'))).toEqual(['root', undefined]);
  expect(whose(call('other'))).toEqual(['other', undefined]);
});
