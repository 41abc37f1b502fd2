import { systemClock } from '@telltale/runtime/clock';
import { createRedactor } from '@telltale/sdk/capture/redactor';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { expect, test } from 'vitest';
import { createRunRecords } from './run-records.ts';

/** The sessions of what a run records. */
function sessions(drafts: readonly RecordDraft[], given?: string): (string | undefined)[] {
  const records: RecordDraft[] = [];
  const run = createRunRecords({
    identity: { agent_id: 'a', run_id: 'r', ...(given === undefined ? {} : { session_id: given }) },
    modes: { default: 'full' },
    redactor: createRedactor({ secrets: [] }),
    clock: systemClock,
    emit: (record) => records.push(record),
  });
  for (const draft of drafts) run.emit(draft);
  return records.map(({ session_id }) => session_id);
}
const call = (session?: string): RecordDraft => ({
  kind: 'llm_call',
  model: 'm',
  status: 'ok',
  origin: 'proxy',
  ...(session === undefined ? {} : { attributes: { client_session_id: session } }),
});
const tool: RecordDraft = { kind: 'tool_call', tool_name: 't', success: true };

test('a call belongs to the conversation that its header names, a printed tool to the one last heard of', () => {
  const line: RecordDraft = { kind: 'log_entry', level: 'info', message: 'm', source: 'stdout' };
  const drafts = [
    tool,
    call('one'),
    tool,
    call(),
    { ...call('header'), session_id: 'told' } as RecordDraft,
    tool,
    line,
  ];
  expect(sessions(drafts)).toEqual([undefined, 'one', 'one', undefined, 'told', 'told', undefined]);
});

test('a session that the run was given is the one of all', () => {
  expect(sessions([call('header'), tool], 'mine')).toEqual(['mine', 'mine']);
});

test('what a client says of its sub-agent is a label beside those of the run, and stays one whatever may leave', () => {
  const records: RecordDraft[] = [];
  const run = createRunRecords({
    identity: { agent_id: 'a', run_id: 'r', labels: { env: 'prod' } },
    modes: { default: 'metadata' },
    redactor: createRedactor({ secrets: [] }),
    clock: systemClock,
    emit: (record) => records.push(record),
  });
  run.emit({ ...tool, attributes: { client_agent_id: 'a1' } });
  run.emit(tool);
  expect(records.map(({ agent_id, labels }) => [agent_id, labels])).toEqual([
    ['a', { env: 'prod', sub_agent: 'a1' }],
    ['a', { env: 'prod' }],
  ]);
});
