import { createHash, randomUUID } from 'node:crypto';
import { idsHashInput } from '@telltale/contracts/ids-hash';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { connectWriter, disconnect } from '@telltale/stream/connect';
import { createLiveAppender } from '@telltale/stream/live-append';
import { createDatabase } from '@telltale/store/database';
import { storeBatches } from '@telltale/store/ingest';
import { aRecord } from '@telltale/testkit/records';
import { until } from '@telltale/testkit/until';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';
import { connectClient, subscribed } from './live-rig.fixture.ts';

let test: TestGateway;
let stack: AsyncDisposableStack;
let commit: (team_id: string, records: TelemetryRecord[]) => Promise<void>;

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  test = stack.use(await createTestGateway());
  const database = stack.use(createDatabase({ url: test.databaseUrl, max: 2, applicationName: 'live-test' }));
  const redis = stack.adopt(await connectWriter({ url: test.redisUrl, name: 'live-test' }), disconnect);
  const appender = createLiveAppender(redis);
  const producer_id = randomUUID();
  let seq = 0;
  // What a collector does: the commit first, then the viewers.
  commit = async (team_id, records) => {
    seq += 1;
    const ids_hash = createHash('sha256').update(idsHashInput(records)).digest('hex');
    const received_at = new Date().toISOString();
    const batch = { v: 1 as const, team_id, producer_id, seq, ids_hash, received_at, rejected: 0, records };
    await storeBatches(database.pool, [{ batch, costs: new Map() }]);
    await appender.appendBatches([{ teamId: team_id, batch: `${producer_id}:${seq}`, deltas: () => [{ records }] }]);
  };
});
afterAll(() => stack.disposeAsync());

const tokenOf = ({ authorization }: { authorization: string }): string => authorization.replace('Bearer ', '');
const line = (agent_id: string, message: string): TelemetryRecord =>
  aRecord('log_entry', { agent_id, message, session_id: 's', run_id: 'r' });

it('shows what PostgreSQL holds, and then each committed record once, for an agent, a session, a run and a team', async () => {
  const key = tokenOf(await test.as('red', 'read'));
  await commit('red', [line('one', '0'), aRecord('process_sample', { agent_id: 'one' })]);
  let written = 0;
  using clients = new DisposableStack();
  const heard: { snapshot: number[]; live: () => number[] }[] = [];
  const targets = [{ agent_id: 'one' }, { session_id: 's' }, { run_id: 'r' }, { team_id: 'red', agent_ids: ['one'] }];
  const write = async (lines: number): Promise<void> => {
    for (let n = 0; n < lines; n += 1) await commit('red', [line('one', String((written += 1)))]);
  };
  for (const target of targets) {
    const at = written;
    // While each of them subscribes; in all fewer than a frame holds, so that none is dropped.
    const writer = write(25);
    await until(() => written > at + 5, { everyMs: 1 });
    const client = clients.use(await connectClient(test.gateway.url, key));
    const { snapshot } = await subscribed(client, target);
    if (snapshot === null) throw new Error('a first subscription has a snapshot');
    const shown = 'agents' in snapshot ? snapshot.agents[0] : snapshot;
    const listed = (shown?.activity_logs ?? []).toReversed();
    heard.push({
      snapshot: listed.map(({ message }) => Number(message)),
      live: () => client.items('log_entry').map(({ message }) => Number(message)),
    });
    await writer;
  }
  for (const { snapshot, live } of heard) {
    await until(() => live().at(-1) === written);
    const lines = live();
    expect(lines).toEqual(lines.toSorted((a, b) => a - b));
    // A snapshot lists the newest lines: what was committed before them, and is heard of after it, follows once as well.
    const all = [...snapshot, ...lines].toSorted((a, b) => a - b);
    const [first = -1] = all;
    expect(all).toEqual(Array.from({ length: written - first + 1 }, (_, n) => first + n));
  }
});

it("is deaf to another team's key, and to a key without the scope to read", async () => {
  using other = await connectClient(test.gateway.url, tokenOf(await test.as('blue', 'read')));
  using ingest = await connectClient(test.gateway.url, tokenOf(await test.as('red', 'ingest')));
  expect(ingest.refusal()?.data).toMatchObject({ code: 'forbidden' });
  expect(await subscribed(other, { agent_id: 'one' })).toMatchObject({
    snapshot: { activity_logs: [], team_id: 'blue' },
  });
  expect(await other.subscribe({ team_id: 'red' })).toMatchObject({ ok: false, error: { status: 404 } });
});

it("lets the operator's key choose the team", async () => {
  using operator = await connectClient(test.gateway.url, tokenOf(test.operator));
  const { snapshot } = await subscribed(operator, { team_id: 'red', agent_id: 'one' });
  expect(snapshot).toMatchObject({ team_id: 'red', process_metrics: { pid: 4_242 } });
});

it('narrows the lists of a snapshot as it narrows what follows; the latest sample and the sums stay whole', async () => {
  const key = tokenOf(await test.as('red', 'read'));
  const said = (message: string, level: 'debug' | 'error', task_id: string): TelemetryRecord =>
    aRecord('log_entry', { agent_id: 'filtered', message, level, task_id });
  const debug = Array.from({ length: 60 }, (_, n) => said(`detail ${n}`, 'debug', 'task-2'));
  const records = [
    said('Broken pipe', 'error', 'task-1'),
    aRecord('process_sample', { agent_id: 'filtered' }),
    ...debug,
  ];
  await commit('red', records);
  using client = await connectClient(test.gateway.url, key);
  const lines = async (filter: object): Promise<string[]> => {
    const { snapshot } = await subscribed(client, filter);
    const shown = snapshot !== null && 'agents' in snapshot ? snapshot.agents[0] : snapshot;
    return shown?.activity_logs.map(({ message }) => message) ?? [];
  };
  const agent = { agent_id: 'filtered' };
  // Older than the fifty that an unfiltered snapshot holds.
  expect(await lines({ ...agent, min_level: 'error' })).toEqual(['Broken pipe']);
  expect(await lines({ ...agent, q: 'broken' })).toEqual(['Broken pipe']);
  expect(await lines({ ...agent, task_id: 'task-1' })).toEqual(['Broken pipe']);
  expect(await lines({ ...agent, task_id: 'none' })).toEqual([]);
  expect(await lines({ team_id: 'red', agent_ids: ['filtered'], min_level: 'error' })).toEqual(['Broken pipe']);
  const { snapshot } = await subscribed(client, { ...agent, events: ['metrics_update'] });
  expect(snapshot).toMatchObject({ activity_logs: [], process_metrics: { pid: 4_242 } });
  expect(await subscribed(client, { ...agent, events: ['log_entry'] })).toMatchObject({
    snapshot: { process_metrics: null },
  });
});
