import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '@telltale/testkit/until';
import type { Scenario } from '../frame/scenario.ts';
import { redisDo } from '../stage/redis-do.ts';
import { startReplica } from '../stage/replica.ts';

/** A crash of Redis: the append-only file brings back all but the last second. */
export const redisKilled: Scenario = {
  name: 'redis-killed',
  what: 'kill -9 of Redis during a burst, started again from its append-only file',
  atLeast: 3,
  async play(play) {
    const burst = await play.recorder({ via: 'stream', records: 150_000 });
    const client = play.client({ records: 20_000, rate: 1_000 });
    for (let round = 0; round < 3; round += 1) {
      await play.pause(play.random.whole(1_000, 2_500));
      play.redis.kill();
      play.hit('kill -9 redis');
      await play.pause(500);
      await play.redis.restart();
    }
    await play.recovered();
    await Promise.all([burst.done, client.done]);
  },
};

/** Redis is emptied while 2,000 records a second arrive, again and again: nothing but time may be lost. */
export const redisFlushed: Scenario = {
  name: 'redis-flushed',
  what: 'FLUSHALL under 2,000 records/s through both doors; caught up within 60 s',
  atLeast: 4,
  settledWithinMs: 60_000,
  async play(play) {
    const loads = [
      await play.recorder({ via: 'stream', rate: 1_000 }),
      await play.recorder({ via: 'http', rate: 500 }),
    ];
    const client = play.client({ records: 100_000, rate: 500 });
    for (let round = 0; round < 4; round += 1) {
      await play.pause(play.random.whole(1_500, 3_000));
      await redisDo(play.redis.url, 'FLUSHALL');
      play.hit('FLUSHALL');
    }
    await play.pause(1_000);
    for (const load of loads) load.finish();
    client.finish();
    await Promise.all([...loads.map(({ done }) => done), client.done]);
    await play.recovered();
  },
};

/** Redis comes back with nothing at all. */
export const redisFilesDeleted: Scenario = {
  name: 'redis-files-deleted',
  what: 'kill -9 of Redis with entries waiting, its append-only file deleted',
  async play(play) {
    await play.processes.end('collector', 'SIGKILL');
    const load = await play.recorder({ via: 'stream', records: 60_000 });
    const client = play.client({ records: 10_000, rate: 5_000 });
    await Promise.all([load.done, client.done]);
    play.redis.kill();
    await rm(join(play.redis.folder, 'appendonlydir'), { recursive: true });
    play.hit('append-only file deleted');
    await play.redis.restart();
    await play.processes.start('collector');
    await play.recovered();
  },
};

/** The replica that takes over has not heard of the last seconds. */
export const redisFailover: Scenario = {
  name: 'redis-failover',
  what: 'failover to a replica that lags by 3 s',
  stage: { proxied: ['redis'] },
  async play(play) {
    const replica = await startReplica(play.redis.url);
    play.keep(replica);
    const loads = [
      await play.recorder({ via: 'stream', rate: 1_500 }),
      await play.recorder({ via: 'http', rate: 500 }),
    ];
    await play.pause(2_000);
    await replica.fallBehind();
    await play.pause(3_000);
    play.proxies.redis?.goAway();
    play.redis.kill();
    await replica.promote();
    play.hit('failover');
    play.proxies.redis?.retarget(replica.place);
    play.proxies.redis?.comeBack();
    await play.recovered();
    for (const load of loads) load.finish();
    await Promise.all(loads.map(({ done }) => done));
  },
};

const fullMegabytes = 10;

/** With the collectors away the stream fills up; producers keep what does not fit. */
export const redisFull: Scenario = {
  name: 'redis-full',
  what: 'Redis at its maxmemory (noeviction) while nobody drains it, then drained',
  // One team may fill it alone here.
  stage: { redisSettings: { maxmemory: `${fullMegabytes}mb` }, env: { TELLTALE_TEAM_SHARE: '100%' } },
  async play(play) {
    await play.processes.end('collector', 'SIGKILL');
    const load = await play.recorder({ via: 'stream', teamShare: 1, rate: 15_000 });
    const client = play.client({ records: 1_000_000, rate: 2_000 });
    await until(
      async () => {
        const memory = String(await redisDo(play.redis.url, 'INFO', 'memory'));
        const used = Number(/used_memory:(\d+)/.exec(memory)?.[1] ?? 0);
        return used > 0.75 * fullMegabytes * 2 ** 20;
      },
      { timeoutMs: 90_000, everyMs: 200, what: 'a full Redis' },
    );
    play.hit('maxmemory reached');
    load.finish();
    await play.pause(4_000);
    client.finish();
    await play.processes.start('collector');
    await play.recovered();
    await Promise.all([load.done, client.done]);
    play.hit('requests sent away', client.refusals().get('503') ?? 0);
  },
};

/** Redis stands still for longer than a command may take. */
export const redisPaused: Scenario = {
  name: 'redis-paused',
  what: 'CLIENT PAUSE ALL for 6 s, twice, during a burst',
  async play(play) {
    const burst = await play.recorder({ via: 'stream', records: 150_000 });
    const client = play.client({ records: 5_000, rate: 500 });
    for (let round = 0; round < 2; round += 1) {
      await play.pause(1_500);
      await redisDo(play.redis.url, 'CLIENT', 'PAUSE', '6000', 'ALL');
      play.hit('CLIENT PAUSE');
      await play.pause(6_000);
    }
    await play.recovered();
    await Promise.all([burst.done, client.done]);
  },
};

/** What is sent arrives, the answers do not: nobody may wait for ever, nobody may count anything twice. */
export const redisHalfOpen: Scenario = {
  name: 'redis-half-open',
  what: 'answers of Redis vanish for 8 s while commands still arrive',
  stage: { proxied: ['redis'], collectors: 2 },
  async play(play) {
    const load = await play.recorder({ via: 'stream', records: 80_000 });
    const client = play.client({ records: 5_000, rate: 500 });
    await play.pause(1_500);
    const end = play.proxies.redis?.add({ kind: 'blackhole' }, 'down');
    await play.pause(8_000);
    end?.();
    play.hit('half-open', play.proxies.redis?.hits().get('blackhole') ?? 0);
    await play.recovered();
    await Promise.all([load.done, client.done]);
  },
};

/** Replies break off in the middle, again and again. */
export const redisResets: Scenario = {
  name: 'redis-resets',
  what: 'connections to Redis are cut into slices and reset in the middle of replies',
  stage: { proxied: ['redis'] },
  atLeast: 10,
  async play(play) {
    const proxy = play.proxies.redis;
    const load = await play.recorder({ via: 'stream', records: 80_000 });
    const client = play.client({ records: 10_000, rate: 1_000 });
    for (let round = 0; round < 12; round += 1) {
      const ends = [
        proxy?.add({ kind: 'slice', bytes: play.random.whole(100, 4_000) }, 'down'),
        proxy?.add({ kind: 'reset', afterBytes: play.random.whole(2_000, 400_000) }, play.random.pick(['up', 'down'])),
      ];
      await play.pause(500);
      for (const end of ends) end?.();
      proxy?.resetAll();
      await play.pause(300);
    }
    play.hit('reset', proxy?.hits().get('reset') ?? 0);
    play.hit('slice', proxy?.hits().get('slice') ?? 0);
    await play.recovered();
    await Promise.all([load.done, client.done]);
  },
};
