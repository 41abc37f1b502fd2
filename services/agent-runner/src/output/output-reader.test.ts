import { systemClock } from '@telltale/runtime/clock';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { expect, test } from 'vitest';
import { ofKind } from '../test-support/watch-command.ts';
import { createOutputReader } from './output-reader.ts';

test('a long line of JSON behind the name of an agent tells of its call, as a short one does', () => {
  const records: RecordDraft[] = [];
  const reader = createOutputReader({
    argv: ['crew'],
    agents: ['tester', 'reviewer'],
    orchestrator: false,
    clock: systemClock,
    emit: (record) => records.push(record),
    onGitText: () => undefined,
  });
  const line = (id: string, text: string): string =>
    JSON.stringify({
      type: 'assistant',
      session_id: 's',
      message: {
        id,
        model: 'claude-sonnet-4-5',
        content: [{ type: 'text', text }],
        usage: { input_tokens: 3, output_tokens: 2 },
      },
    });
  const long = 'é {["'.repeat(20_000);
  const splitter = reader.splitterFor('stdout');
  splitter.push(Buffer.from(`[tester] ${line('msg_short', 'x')}\n[tester] ${line('msg_long', long)}\n`));
  splitter.push(Buffer.from(`\u001b[36mreviewer  | \u001b[0m[${line('msg_list', long)}]\n`));
  splitter.end();
  reader.end();
  expect(ofKind(records, 'llm_call').map(({ agent_id, message_id }) => [agent_id, message_id])).toEqual([
    ['tester', 'msg_short'],
    ['tester', 'msg_long'],
    ['reviewer', 'msg_list'],
  ]);
  const [, cut] = ofKind(records, 'log_entry');
  expect(cut?.attributes).toMatchObject({ dropped_bytes: expect.any(Number) });
});
