import type { RecordOf } from '@telltale/contracts/records/record';
import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { foldTeam } from '../fold/fold-team.ts';
import { aStore, type AStore } from '../test-support/a-store.ts';

let store: AStore;
beforeAll(async () => {
  store = await aStore();
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
});

let teams = 0;
const start = Date.now() - 3_600_000;
/** So many seconds after an hour ago. */
const at = (second: number): string => new Date(start + second * 1_000).toISOString();

type Row = Record<string, unknown>;

/** Folds each record in a batch of its own, in this order and in the reverse one, and answers both rows. */
async function foldBothWays(records: Parameters<AStore['store']>[0], read: string): Promise<[Row, Row]> {
  const rows: Row[] = [];
  for (const order of [records, records.toReversed()]) {
    const team = `states-${++teams}`;
    for (const record of order) {
      await store.store([record], { team });
      await foldTeam(store.db, team);
    }
    rows.push((await store.rows(read, [team]))[0] ?? {});
  }
  return [rows[0] ?? {}, rows[1] ?? {}];
}

const both = (expected: Row): [Row, Row] => [expect.objectContaining(expected), expect.objectContaining(expected)];

const run = (second: number, fields: Partial<RecordOf<'run_event'>>) =>
  aRecord('run_event', { at: at(second), run_id: 'run-1', ...fields });
const readRun = 'select * from run where team_id = $1';

test('an end is an end, whatever is said of the run later', async () => {
  const records = [
    run(0, { event: 'started', pid: 7, command: 'make', attributes: { output_capture: 'captured' } }),
    run(5, { event: 'ended', reason: 'timeout', exit_code: 143, signal: 'SIGTERM' }),
    aRecord('log_entry', { at: at(9), run_id: 'run-1' }),
    run(20, { event: 'ended', reason: 'lost' }),
  ];
  expect(await foldBothWays(records, readRun)).toEqual(
    both({
      end_reason: 'timeout',
      ended_at: new Date(at(5)),
      exit_code: 143,
      signal: 'SIGTERM',
      pid: 7,
      command: 'make',
      output_capture: 'captured',
      started_at: new Date(at(0)),
    }),
  );
});

test('lost yields to a later word of the run, and stands when there is none', async () => {
  const lost = [run(0, { event: 'started' }), run(10, { event: 'ended', reason: 'lost' })];
  expect(await foldBothWays(lost, readRun)).toEqual(both({ end_reason: 'lost', ended_at: new Date(at(10)) }));
  const found = [...lost, aRecord('process_sample', { at: at(12), run_id: 'run-1' })];
  expect(await foldBothWays(found, readRun)).toEqual(both({ end_reason: null, ended_at: null }));
  const ended = [...lost, run(8, { event: 'ended', exit_code: 0 })];
  expect(await foldBothWays(ended, readRun)).toEqual(both({ end_reason: 'completed', ended_at: new Date(at(8)) }));
});

test('a run knows its first agent, its newest session, host and limit, and whether it is paused', async () => {
  const records = [
    run(0, { event: 'started', agent_id: 'lead' }),
    aRecord('tool_call', { at: at(1), run_id: 'run-1', agent_id: 'helper', session_id: 'old', host: 'one' }),
    aRecord('tool_call', { at: at(2), run_id: 'run-1', agent_id: 'helper', session_id: 'new' }),
    run(3, { event: 'paused' }),
    run(4, { event: 'limit', limit: 'usd', step: 'warn', value: 0.8, cap: 1 }),
    run(5, { event: 'limit', limit: 'usd', step: 'term', value: 1, cap: 1 }),
  ];
  expect(await foldBothWays(records, readRun)).toEqual(
    both({
      agent_id: 'lead',
      session_id: 'new',
      host: 'one',
      paused: true,
      limit_name: 'usd',
      limit_step: 'term',
      limit_value: 1,
      active_at: new Date(at(2)),
    }),
  );
});

const task = (second: number, fields: Partial<RecordOf<'task_event'>>) =>
  aRecord('task_event', { at: at(second), task_id: 'task-1', ...fields });
const readTask = 'select * from task where team_id = $1';

test('an end of a task is never undone by a non-end of the same attempt', async () => {
  const records = [
    task(0, { status: 'PENDING', inputs: { symbol: 'X' }, crew_id: 'crew', session_id: 'session' }),
    task(2, { status: 'RUNNING' }),
    task(5, { status: 'FAILED', error_message: 'no money' }),
    task(6, { status: 'RUNNING' }),
  ];
  expect(await foldBothWays(records, readTask)).toEqual(
    both({
      status: 'FAILED',
      error_message: 'no money',
      start_time: new Date(at(2)),
      end_time: new Date(at(5)),
      inputs: { symbol: 'X' },
      crew_id: 'crew',
      session_id: 'session',
    }),
  );
});

test('a new attempt starts a task afresh', async () => {
  const records = [
    task(0, { status: 'RUNNING', attempt: 1 }),
    task(5, { status: 'FAILED', attempt: 1, error_message: 'once' }),
    task(7, { status: 'RUNNING', attempt: 2 }),
  ];
  expect(await foldBothWays(records, readTask)).toEqual(
    both({ status: 'RUNNING', error_message: null, start_time: new Date(at(7)), end_time: null }),
  );
});

test('a task without a status is pending since it was first heard of', async () => {
  const records = [3, 4].map((second) => {
    const { status: _given, ...note } = task(second, { event_type: 'note', data: { a: 1 } });
    return note;
  });
  expect(await foldBothWays(records, readTask)).toEqual(
    both({ status: 'PENDING', start_time: new Date(at(3)), end_time: null }),
  );
});

test('of events at the same moment the one with the greater id counts', async () => {
  const [low, high] = ['0190a000-0000-7000-8000-000000000001', '0190a000-0000-7000-8000-000000000002'];
  const records = [
    task(1, { id: low, status: 'COMPLETED', output: { from: 'low' } }),
    task(1, { id: high, status: 'CANCELLED', output: { from: 'high' } }),
  ];
  expect(await foldBothWays(records, readTask)).toEqual(both({ status: 'CANCELLED', output: { from: 'high' } }));
});

test('an agent keeps its newest sample, run, host and model, also when older ones arrive later', async () => {
  const records = [
    aRecord('process_sample', { at: at(1), run_id: 'run-1', host: 'one', pid: 1, memory_bytes: 100 }),
    aRecord('process_sample', { at: at(2), run_id: 'run-2', host: 'two', pid: 2, memory_bytes: 50 }),
    aRecord('llm_call', { at: at(3), model: 'large' }),
    aRecord('llm_call', { at: at(4), model: 'small' }),
    aRecord('log_entry', { at: at(5) }),
  ];
  expect(await foldBothWays(records, 'select * from agent where team_id = $1')).toEqual(
    both({
      run_id: 'run-2',
      host: 'two',
      model: 'small',
      sample_pid: 2,
      memory_bytes: 50,
      sample_at: new Date(at(2)),
      active_at: new Date(at(4)),
      logged_at: new Date(at(5)),
      last_at: new Date(at(5)),
      first_at: new Date(at(1)),
    }),
  );
});

test('of a memory the hits and recalls are counted, and the newest report of each name stands, in whatever order they come', async () => {
  const operation = (second: number, fields: Partial<RecordOf<'memory_operation'>>) =>
    aRecord('memory_operation', { at: at(second), agent_id: 'a', hit: undefined, ...fields });
  const records = [
    operation(1, { operation: 'recall', memory_id: 'm-1', hit: true, attributes: { core_memory_size_kb: 1 } }),
    operation(2, { operation: 'recall', memory_id: 'm-1' }),
    operation(3, { operation: 'recall', memory_id: 'm-2', hit: false, attributes: { core_memory_size_kb: 2 } }),
    operation(4, { operation: 'store', memory_id: 'm-2', attributes: { core_memory_size_kb: 'much' } }),
  ];
  const read = `select m.last_at, m.hits::int, m.misses::int, r.memory_id, r.recalls::int, w.value, w.at
    from agent_memory m join agent_recall r using (team_id, agent_id) join agent_memory_report w using (team_id, agent_id)
    where m.team_id = $1`;
  expect(await foldBothWays(records, read)).toEqual(
    both({ last_at: new Date(at(4)), hits: 1, misses: 1, memory_id: 'm-1', recalls: 2, value: 2, at: new Date(at(3)) }),
  );
});
