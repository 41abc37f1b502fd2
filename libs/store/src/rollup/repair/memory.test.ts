import type { RecordOf } from '@telltale/contracts/records/record';
import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readMemoryStats } from '../../read/read-memory-stats.ts';
import { foldTeam } from '../fold/fold-team.ts';
import { aStore, type AStore } from '../test-support/a-store.ts';
import { recompute } from './recompute.ts';

const hourMs = 3_600_000;
const start = Math.floor(Date.now() / hourMs) * hourMs - 2 * hourMs;
const hour = (number: number) => ({
  from: new Date(start + number * hourMs),
  to: new Date(start + (number + 1) * hourMs),
});
const operation = (minute: number, fields: Partial<RecordOf<'memory_operation'>>) =>
  aRecord('memory_operation', {
    at: new Date(start + minute * 60_000).toISOString(),
    agent_id: 'a',
    hit: undefined,
    ...fields,
  });

let store: AStore;
beforeAll(async () => {
  store = await aStore();
});
afterAll(() => store[Symbol.asyncDispose]());

const stats = (team: string) => readMemoryStats(store.db, { teamId: team, agentId: 'a' });

async function fill(team: string): Promise<void> {
  await store.store(
    [
      operation(1, { operation: 'recall', memory_id: 'm-1', hit: true, attributes: { core_memory_size_kb: 1 } }),
      operation(2, { operation: 'recall', memory_id: 'm-2', hit: false }),
      operation(3, { operation: 'store', memory_id: 'm-2', size_bytes: 7 }),
      operation(70, { operation: 'recall', memory_id: 'm-1', hit: true, attributes: { core_memory_size_kb: 2 } }),
    ],
    { team },
  );
  await foldTeam(store.db, team);
}

/** What nobody did. */
async function damage(team: string): Promise<void> {
  await store.rows(`update agent_memory set hits = 40, last_at = now() where team_id = $1`, [team]);
  await store.rows(`update agent_recall set recalls = 7, memory_id = 'm-9' where team_id = $1`, [team]);
  await store.rows(`delete from agent_memory_report where team_id = $1`, [team]);
}

test('a repair makes anew what agents did with their memory, of all time, whichever hour of it is repaired', async () => {
  await fill('red');
  const before = await stats('red');
  expect(before).toMatchObject({
    hit_rate: 0.666667,
    core_memory_size_kb: 2,
    top_memories: [{ memory_id: 'm-1', recalls: 2 }],
  });
  for (const number of [0, 1]) {
    await damage('red');
    expect(await stats('red')).not.toEqual(before);
    // What is stored and not folded is no part of it yet.
    await store.store([operation(5, { operation: 'recall', memory_id: 'm-1', hit: true })], { team: 'red' });
    await recompute(store.db, 'red', hour(number));
    expect(await stats('red')).toEqual(before);
    await store.rows(`delete from memory_operation r using batch_ledger l
      where r.batch_no = l.batch_no and r.team_id = l.team_id and l.folded_at is null`);
  }
});

test('a repair leaves what was counted of operations that are no longer kept', async () => {
  await fill('blue');
  const before = await stats('blue');
  await store.rows(`delete from memory_operation where team_id = 'blue' and at < $1`, [hour(1).from]);
  await recompute(store.db, 'blue', hour(1));
  expect(await stats('blue')).toEqual(before);
});

test('a repair makes anew what sub-agents did with the memory of their agent', async () => {
  const labels = { sub_agent: 'b' };
  await store.store(
    [
      operation(1, {
        labels,
        operation: 'recall',
        memory_id: 'm-1',
        hit: true,
        attributes: { core_memory_size_kb: 1 },
      }),
      operation(2, { operation: 'recall', memory_id: 'm-1', hit: false }),
      operation(3, { labels, operation: 'store', memory_id: 'm-1', size_bytes: 7 }),
    ],
    { team: 'green' },
  );
  await foldTeam(store.db, 'green');
  const ofSubAgent = () => readMemoryStats(store.db, { teamId: 'green', agentId: 'a/b' });
  const before = await ofSubAgent();
  expect(before).toMatchObject({ memories_stored_count: 1, size_bytes: 7, hit_rate: 1, core_memory_size_kb: 1 });
  await damage('green');
  await recompute(store.db, 'green', hour(0));
  expect(await ofSubAgent()).toEqual(before);
});
