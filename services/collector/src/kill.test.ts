import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { keys, liveShardOf } from '@telltale/stream/keys';
import { leaseBeatMs, leaseMs } from '@telltale/stream/shard-leases';
import { readStreamLag } from '@telltale/stream/stream-lag';
import { until } from '@telltale/testkit/until';
import { describe, expect, test } from 'vitest';
import { batchOf, createRig, lines, type Rig } from './test-support/rig.ts';

const killed = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
};

/** What time does to the leases of the dead, at once. */
async function expireLeases(rig: Rig): Promise<void> {
  const leases = await rig.redis.keys('tt:*:lease');
  for (const name of [...leases, keys.members]) await rig.redis.del(name);
}

async function publishFour(rig: Rig): Promise<void> {
  for (const seq of [1, 2, 3, 4]) {
    await rig.publisher.publish(batchOf(lines(25, 'survivor'), { producer_id: 'p', seq }));
  }
}

async function expectOnce(rig: Rig): Promise<void> {
  await until(async () => (await rig.linesOf('survivor')).n === 100);
  await until(async () => (await readStreamLag(rig.redis)).batches === 0);
  expect(await rig.linesOf('survivor')).toEqual({ n: 100, ids: 100 });
  const live = await rig.redis.xrange(keys.live(liveShardOf('red')), '-', '+');
  const shown = live.map(([, fields]) => fields[3] ?? '').filter((batch) => batch.startsWith('p:'));
  expect(shown.toSorted()).toEqual(['p:1', 'p:2', 'p:3', 'p:4']);
  expect(await rig.query('select * from dead_letter')).toEqual([]);
}

describe.concurrent('a collector is killed', () => {
  test.each([
    'collector.after_read=kill',
    'collector.before_commit=kill',
    'collector.after_commit=kill',
    'collector.after_live=kill',
    'collector.after_ack=kill',
    'collector.before_trim=kill@2',
  ])(
    'with %s: each record is one row and shown once',
    async (failpoint) => {
      await using rig = await createRig();
      await rig.redis.set(keys.viewers('red'), '1', 'PX', 600_000);
      const victim = await rig.spawnCollector(failpoint);
      await publishFour(rig);
      await killed(victim);
      await expireLeases(rig);
      await using peer = await rig.startCollector();
      expect(peer).toBeDefined();
      await expectOnce(rig);
    },
    150_000,
  );

  test('a living peer has taken over everything within 15 s', async () => {
    await using rig = await createRig();
    await rig.redis.set(keys.viewers('red'), '1', 'PX', 600_000);
    const victim = await rig.spawnCollector('collector.before_commit=kill');
    await using peer = await rig.startCollector();
    expect(peer).toBeDefined();
    await publishFour(rig);
    // Whichever of the two has the shard; when it is the peer, the victim dies by our hand.
    await until(async () => victim.signalCode !== null || (await rig.linesOf('survivor')).n === 100);
    victim.kill('SIGKILL');
    await killed(victim);
    for (let shard = 0; shard < 40; shard++) {
      await rig.publisher.publish(batchOf(lines(1, 'elsewhere'), { producer_id: `other-${shard}` }));
    }
    await until(async () => (await rig.linesOf('elsewhere')).n === 40);
    await expectOnce(rig);
    // What it takes: the leases run out, and the peer looks once more. Never by a watch: machines are shared.
    expect(leaseMs + leaseBeatMs).toBeLessThan(15_000);
  }, 150_000);

  test('twice at the same batch, alone: it is a dead letter, and its neighbours are stored', async () => {
    await using rig = await createRig();
    await rig.publisher.publish(batchOf(lines(2, 'killer'), { producer_id: 'p', seq: 1 }));
    for (const failpoint of ['collector.after_read=kill', 'collector.alone=kill', 'collector.alone=kill']) {
      await killed(await rig.spawnCollector(failpoint));
      await expireLeases(rig);
    }
    await rig.publisher.publish(batchOf(lines(3, 'neighbour'), { producer_id: 'p', seq: 2 }));
    await using last = await rig.startCollector();
    expect(last).toBeDefined();
    await until(async () => (await rig.linesOf('neighbour')).n === 3);
    const [letter] = await rig.query('select producer_id, seq, reason from dead_letter');
    expect(letter).toEqual({ producer_id: 'p', seq: 1, reason: 'crashed_collector' });
    expect(await rig.linesOf('killer')).toEqual({ n: 0, ids: 0 });
    await until(async () => (await readStreamLag(rig.redis)).batches === 0);
  }, 150_000);
});
