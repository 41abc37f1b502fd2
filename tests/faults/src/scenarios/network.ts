import type { Scenario } from '../frame/scenario.ts';

/** Everything a network does between a client and the gateway, one after another. */
export const gatewayNetwork: Scenario = {
  name: 'gateway-network',
  what: 'latency with jitter, slices, resets, a partition, half-open connections and little bandwidth between clients and the gateway',
  stage: { proxied: ['gateway'] },
  atLeast: 15,
  async play(play) {
    const proxy = play.proxies.gateway;
    const load = await play.recorder({ via: 'http', rate: 1_000 });
    const client = play.client({ records: 100_000, rate: 500 });
    const { random } = play;
    const troubles = [
      () => proxy?.add({ kind: 'latency', ms: 100, jitterMs: 150 }, 'both'),
      () => proxy?.add({ kind: 'slice', bytes: random.whole(50, 1_500) }, 'both'),
      () => proxy?.add({ kind: 'reset', afterBytes: random.whole(1_000, 60_000) }, 'up'),
      () => proxy?.add({ kind: 'reset', afterBytes: random.whole(10, 2_000) }, 'down'),
      () => proxy?.add({ kind: 'blackhole' }, 'both'),
      () => proxy?.add({ kind: 'blackhole' }, 'down'),
      () => proxy?.add({ kind: 'bandwidth', bytesPerSecond: 40_000 }, 'up'),
    ];
    for (const begin of troubles) {
      const end = begin();
      await play.pause(2_000);
      end?.();
      await play.pause(300);
    }
    for (const [kind, times] of proxy?.hits() ?? []) play.hit(kind, times);
    await play.recovered();
    client.finish();
    load.finish();
    await Promise.all([load.done, client.done]);
  },
};

/** Of little damage, of more, and of much; more of them where little was sent. */
const leastWindows = 3;

/** Damage that TCP did not see: the checksum of a compressed body does, and the batch is sent again. */
export const gatewayCorruption: Scenario = {
  name: 'gateway-corruption',
  what: 'bits flip in compressed bodies and their headers on the way to the gateway',
  stage: { proxied: ['gateway'] },
  atLeast: 10,
  async play(play) {
    const proxy = play.proxies.gateway;
    const load = await play.recorder({ via: 'http', rate: 1_500, gzip: true });
    const flips = (): number => proxy?.hits().get('corrupt') ?? 0;
    for (let window = 0; window < leastWindows || (flips() < 10 && window < 5 * leastWindows); window += 1) {
      const everyBytes = [200_000, 50_000][window] ?? 20_000;
      const end = proxy?.add({ kind: 'corrupt', everyBytes }, 'up');
      await play.pause(3_000);
      end?.();
      await play.pause(500);
    }
    play.hit('flipped bit', flips());
    await play.recovered();
    load.finish();
    await load.done;
  },
};

/** One service alone loses the others: the rest goes on, and it comes back by itself. */
export const partitions: Scenario = {
  name: 'partitions',
  what: 'everything is cut off from Redis for 7 s, then from PostgreSQL for 7 s; what was under way arrives late',
  stage: { proxied: ['redis', 'postgres'] },
  atLeast: 2,
  async play(play) {
    const load = await play.recorder({ via: 'stream', records: 60_000 });
    const client = play.client({ records: 5_000, rate: 300 });
    for (const name of ['redis', 'postgres'] as const) {
      await play.pause(1_000);
      const end = play.proxies[name]?.add({ kind: 'blackhole' }, 'both');
      await play.pause(7_000);
      end?.();
      play.hit(`partition from ${name}`);
      await play.recovered();
    }
    await Promise.all([load.done, client.done]);
  },
};
