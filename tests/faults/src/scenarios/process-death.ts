import type { Play } from '../frame/play.ts';
import type { Scenario } from '../frame/scenario.ts';
import type { ServiceName } from '../stage/processes.ts';
import { dieAt } from './die-at.ts';

const ofCollector = ['after_read', 'before_commit', 'after_commit', 'after_live', 'after_ack', 'before_trim'] as const;
const ofGateway = ['before_take', 'before_publish', 'after_publish', 'before_answer', 'before_forget'] as const;
const ofAggregator = ['before_commit', 'after_commit'] as const;
const ofProducer = ['before_record', 'after_spool', 'after_taken', 'before_settle'] as const;

/** The other one takes over what was pending, finds what is in the ledger already, and goes on. */
export const collectorBoundaries: Scenario = {
  name: 'collector-boundaries',
  what: 'a collector dies at every step between reading a batch and trimming it, another one is there',
  stage: { collectors: 2 },
  atLeast: ofCollector.length + 1,
  async play(play) {
    // The shards of few producers may all be the other collector's; of 32, one that holds none of half the shards is not seen.
    const load = await play.recorder({ via: 'stream', rate: 2_000, producers: 32 });
    for (const step of ofCollector) await dieAt(play, 'collector', `collector.${step}`, play.random.whole(1, 3));
    const burst = await play.recorder({ via: 'stream', records: 150_000 });
    await dieAt(play, 'collector', 'collector.after_commit', 4);
    load.finish();
    await play.recovered();
    await Promise.all([load.done, burst.done]);
  },
};

/** No 2xx without the batch on disk; whatever was answered is stored, whatever was not is sent again and stored once. */
const gatewayDies = (steps: readonly (typeof ofGateway)[number][]) => ({
  atLeast: steps.length,
  async play(play: Play) {
    const load = await play.recorder({ via: 'http', rate: 1_000 });
    const client = play.client({ records: 100_000, rate: 2_000 });
    for (const step of steps) await dieAt(play, 'gateway', `gateway.${step}`, play.random.whole(2, 9));
    await play.recovered();
    client.finish();
    load.finish();
    await Promise.all([load.done, client.done]);
    play.hit(
      'requests repeated',
      [...client.refusals().values()].reduce((sum, n) => sum + n, 0),
    );
  },
});

export const gatewayBoundaries: Scenario = {
  name: 'gateway-boundaries',
  what: 'the gateway dies at every step between a body and its answer, and before it forgets its copy',
  ...gatewayDies(ofGateway),
};

export const gatewayUnanswered: Scenario = {
  name: 'gateway-unanswered',
  what: 'the gateway dies between what it published and its answer',
  ...gatewayDies(['after_publish']),
};

/** Each batch is folded once, whether its fold was rolled back or only nobody heard of it. */
export const aggregatorBoundaries: Scenario = {
  name: 'aggregator-boundaries',
  what: 'the aggregator dies before and after the commit of a fold',
  atLeast: 2 * ofAggregator.length,
  async play(play) {
    const load = await play.recorder({ via: 'stream', rate: 1_000 });
    const burst = await play.recorder({ via: 'stream', records: 200_000 });
    for (const step of [...ofAggregator, ...ofAggregator]) {
      await dieAt(play, 'aggregator', `aggregator.${step}`, play.random.whole(1, 2));
    }
    load.finish();
    await Promise.all([load.done, burst.done]);
    await play.recovered();
  },
};

/** What its spool has is sent by whoever opens the same folder next; what the door had already is stored once. */
export const producerBoundaries: Scenario = {
  name: 'producer-boundaries',
  what: 'a recorder dies at every step between a record and the word that it is stored, the next one sends what it left',
  atLeast: 2 * ofProducer.length,
  async play(play) {
    const doors = ['stream', 'http'] as const;
    await Promise.all(doors.map((via) => dieAndBeFollowed(play, via)));
  },
};

/** Recorders that die at each step, and one more that finds what they left. */
async function dieAndBeFollowed(play: Play, via: 'stream' | 'http'): Promise<void> {
  const victims = await Promise.all(
    ofProducer.map(async (step) => {
      const failpoints = `producer.${step}=kill@${play.random.whole(2, 4)}`;
      return { step, victim: await play.recorder({ via, rate: 300, failpoints }) };
    }),
  );
  for (const { step, victim } of victims) {
    const how = await Promise.race([victim.exited, play.pause(60_000 * play.patience)]);
    if (how === 'SIGKILL') play.hit(`producer.${step} (${via})`);
    else play.problem(`producer.${step} was not reached within ${60 * play.patience} s`);
    victim.kill();
  }
  const next = await play.recorder({ via, records: 5_000, rate: 1_000 });
  await next.done;
}

type Harm = { name: ServiceName | 'recorder'; how: 'SIGKILL' | 'SIGSTOP' };

/** In an order by chance, each before any comes again. */
function* deal(harms: readonly Harm[], random: Play['random']): Generator<Harm, never> {
  let deck: Harm[] = [];
  for (;;) {
    if (deck.length === 0) deck = [...harms];
    const [harm] = deck.splice(random.whole(0, deck.length - 1), 1);
    if (harm !== undefined) yield harm;
  }
}

/** The nemesis: something dies or stands still every second or two, and everything comes back. */
export const killsAtRandom: Scenario = {
  name: 'kills-at-random',
  what: 'kill -9 of every service and of recorders, and SIGSTOP with SIGCONT, at random, every 1–2 s, at 2,000 records/s',
  stage: { collectors: 2 },
  // Each service killed and frozen, and a recorder killed.
  atLeast: 9,
  async play(play) {
    const harms: Harm[] = [
      ...play.services.flatMap((name): Harm[] => [
        { name, how: 'SIGKILL' },
        { name, how: 'SIGSTOP' },
      ]),
      { name: 'recorder', how: 'SIGKILL' },
    ];
    const dealt = deal(harms, play.random);
    const loads = [
      await play.recorder({ via: 'stream', rate: 1_000 }),
      await play.recorder({ via: 'http', rate: 500 }),
    ];
    const client = play.client({ records: 100_000, rate: 500 });
    const end = performance.now() + 30_000 * play.scale;
    for (let harm = 0; harm < harms.length || performance.now() < end; harm += 1) {
      await play.pause(play.random.whole(1_000, 2_000));
      const { name, how } = dealt.next().value;
      if (name === 'recorder') {
        loads.shift()?.kill();
        loads.push(await play.recorder({ via: play.random.pick(['stream', 'http']), rate: 750 }));
      } else {
        await play.processes.signal(name, how);
      }
      if (name !== 'recorder' && how === 'SIGSTOP') {
        await play.pause(play.random.whole(500, 3_000));
        await play.processes.signal(name, 'SIGCONT');
      }
      play.hit(`${how === 'SIGKILL' ? 'kill -9' : how} ${name}`);
    }
    await play.recovered();
    // Whoever was killed last: at each door somebody comes who sends what was left.
    for (const via of ['stream', 'http'] as const) loads.push(await play.recorder({ via, rate: 100 }));
    client.finish();
    for (const load of loads) load.finish();
    await Promise.all([...loads.map(({ done }) => done), client.done]);
  },
};

/** A process that stood still for longer than its lease wakes up and does harm to nobody. */
export const frozen: Scenario = {
  name: 'frozen',
  what: 'SIGSTOP of each service beyond its leases, then SIGCONT',
  stage: { collectors: 2 },
  atLeast: 4,
  async play(play) {
    const burst = await play.recorder({ via: 'stream', records: 200_000 });
    for (const [name, ms] of [
      ['collector', 12_000],
      ['gateway', 3_000],
      ['aggregator', 6_000],
      ['collector-2', 12_000],
    ] as const) {
      await play.processes.signal(name, 'SIGSTOP');
      await play.pause(ms * Math.min(1, play.scale));
      await play.processes.signal(name, 'SIGCONT');
      play.hit(`SIGSTOP ${name}`);
    }
    await play.recovered();
    await burst.done;
  },
};

/** Every service is stopped in order and started again while clients send. */
export const rollingRestart: Scenario = {
  name: 'rolling-restart',
  what: 'SIGTERM of each service in turn while clients send; each ends by itself within 10 s',
  atLeast: 6,
  async play(play) {
    const load = await play.recorder({ via: 'http', rate: 1_000 });
    const client = play.client({ records: 100_000, rate: 1_000 });
    for (const name of [...play.services, ...play.services]) {
      const exited = play.processes.exited(name);
      const before = performance.now();
      await play.processes.signal(name, 'SIGTERM');
      const how = await exited;
      if (how !== '0') play.problem(`${name} ended with ${how} after SIGTERM`);
      if (performance.now() - before > 10_000) play.problem(`${name} took more than 10 s to stop`);
      play.hit(`SIGTERM ${name}`);
      await play.recovered();
    }
    client.finish();
    load.finish();
    await Promise.all([load.done, client.done]);
  },
};
