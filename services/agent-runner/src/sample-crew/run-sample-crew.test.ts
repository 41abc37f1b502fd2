import { parseRecord } from '@telltale/contracts/records/parse-record';
import { systemClock } from '@telltale/runtime/clock';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { beforeAll, describe, expect, test } from 'vitest';
import { ofKind, quietLog } from '../test-support/watch-command.ts';
import { createSampler } from '../tree/create-sampler.ts';
import { runSampleCrew } from './run-sample-crew.ts';
import { crewScript } from './script.ts';

const newId = createUuidV7();

async function runCrew(signal: AbortSignal, onRecord?: (record: RecordDraft) => void): Promise<RecordDraft[]> {
  const records: RecordDraft[] = [];
  await using sampler = createSampler({ clock: systemClock, log: quietLog, sampleIntervalMs: 500 });
  const emit = (record: RecordDraft): void => {
    records.push(record);
    onRecord?.(record);
  };
  const room = () => Promise.resolve();
  await runSampleCrew({ emit, room, env: process.env, sampler, newId, clock: systemClock, log: quietLog, signal });
  return records;
}

describe('the sample crew', () => {
  let records: RecordDraft[];
  beforeAll(async () => {
    records = await runCrew(new AbortController().signal);
  });

  test('has a model that thinks for a few seconds in all', () => {
    const thinking = Object.values(crewScript).flatMap((answers) => answers.map(({ thinkMs }) => thinkMs));
    expect(thinking.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(5_000);
  });

  test('says nothing that the ingest door would refuse', () => {
    const refused = records.map((record) => parseRecord({ v: 1, id: newId(), ...record })).filter(({ ok }) => !ok);
    expect(refused).toEqual([]);
  });

  test('has three agents with a task each; the coder fails once and then succeeds', () => {
    const statuses = (agent: string) =>
      ofKind(records, 'task_event')
        .filter(({ agent_id }) => agent_id === agent)
        .map(({ status, attempt }) => `${status} ${attempt}`);
    expect(statuses('planner')).toEqual(['PENDING 1', 'RUNNING 1', 'COMPLETED 1']);
    expect(statuses('coder')).toEqual(['PENDING 1', 'RUNNING 1', 'FAILED 1', 'RUNNING 2', 'COMPLETED 2']);
    expect(statuses('reviewer')).toEqual(['PENDING 1', 'RUNNING 1', 'COMPLETED 1']);
  });

  test('calls the model: 3, then 1 and its failure, then 6, then 3 times', () => {
    const calls = ofKind(records, 'llm_call');
    const of = (agent: string) => calls.filter(({ agent_id }) => agent_id === agent).map(({ status }) => status);
    expect(of('planner')).toEqual(['ok', 'ok', 'ok']);
    expect(of('coder')).toEqual(['ok', 'error', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok']);
    expect(of('reviewer')).toEqual(['ok', 'ok', 'ok']);
    const streamed = calls.filter(({ status, agent_id }) => status === 'ok' && agent_id !== 'reviewer');
    expect(
      streamed.every(({ input_tokens, output_tokens }) => (input_tokens ?? 0) > 0 && (output_tokens ?? 0) > 1),
    ).toBe(true);
    expect(calls.filter(({ agent_id }) => agent_id === 'reviewer').at(-1)?.output_tokens).toBeGreaterThan(1);
  });

  test('uses tools, one of which fails, and makes commits and a merge', () => {
    const tools = ofKind(records, 'tool_call');
    expect(tools.length).toBeGreaterThanOrEqual(10);
    expect(tools.filter(({ success }) => !success).map(({ tool_name }) => tool_name)).toEqual(['Bash']);
    const git = ofKind(records, 'git_activity').map(({ operation, message }) => [operation, message]);
    expect(git.filter(([operation]) => operation === 'commit' || operation === 'merge')).toEqual([
      ['commit', 'Plan the greeter'],
      ['commit', 'Greet a person by name'],
      ['commit', 'Check the greeting'],
      ['merge', 'Merge the greeter'],
    ]);
  });

  test('leaks no key', () => {
    expect(JSON.stringify(records)).not.toContain('sample-key-of-');
  });
});

test('a crew that is stopped ends with its processes', async () => {
  const stop = new AbortController();
  const records: RecordDraft[] = [];
  const running = runCrew(stop.signal, (record) => {
    records.push(record);
    if (record.kind === 'llm_call') stop.abort();
  });
  await expect(running).rejects.toThrow();
  expect(ofKind(records, 'run_event').at(-1)).toMatchObject({ event: 'ended', reason: 'cancelled' });
});
