import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startBare } from './live/bare.ts';
import { measureFirstChange } from './live/first-change.ts';
import { measureViewers, ofAgents, ofTeam } from './live/agent-viewers.ts';
import { measureFanOut } from './live/fan-out.ts';
import { measureStalled } from './live/stalled.ts';
import { measureStorm } from './live/storm.ts';
import { openViewers } from './live/viewers.ts';
import { fleet } from './mix.ts';
import { readingKey } from './live-lag.ts';
import type { Lags } from './percentiles.ts';
import { startProduct } from './product-path.ts';
import { startServers } from './servers.ts';
import { startGateway } from './services.ts';
import { createUsageMeter } from './usage.ts';

/**
 * The live feed beside bare socket.io, in one run on one machine: how late messages are on an idle system, for viewers of
 * one agent each and of a whole team, with idle, stalled and returning clients; and how many messages a second reach the
 * viewers of a team.
 *   npm run bench:live -- [--only first,agents,team,fan-out,idle,stalled,storm] [--rates 1000,10000] [--viewers 1,100,1000]
 *                         [--team-viewers 1,100,1000] [--seconds 10] [--idle 5000] [--stalled 500]
 *                         [--storm 2000] [--at-once 4] [--seed 1]
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'first,agents,team,fan-out,idle,stalled,storm' },
    rates: { type: 'string', default: '1000,10000' },
    viewers: { type: 'string', default: '1,100,1000' },
    'team-viewers': { type: 'string', default: '1,100,1000' },
    seconds: { type: 'string', default: '10' },
    idle: { type: 'string', default: '5000' },
    stalled: { type: 'string', default: '500' },
    storm: { type: 'string', default: '2000' },
    'at-once': { type: 'string', default: '4' },
    seed: { type: 'string', default: '1' },
  },
});
const numbers = (text: string): number[] => text.split(',').map(Number);
const parts = new Set(values.only.split(','));
const say = (text: string): void => console.log(text);
const ms = (value: number): string => value.toFixed(1).padStart(8);
const mib = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
const lagLine = (name: string, { count, p50, p95, p99, max }: Lags): string =>
  `${name.padEnd(62)}${String(count).padStart(8)}${ms(p50)}${ms(p95)}${ms(p99)}${ms(max)}`;
const seconds = Number(values.seconds);
const changes = 200;

say(
  `Node ${process.version}, ${cpus().length} CPUs; 200 agents of ${fleet.producers} producers, each publishes every ${(fleet.producers / Number(values['at-once'])) * 10} ms; lags in ms\n`,
);
await using servers = await startServers();
await using product = await startProduct(servers, { database: 'live', collectors: 1 });
const gateway = await startGateway(product.env);
/** Nothing of one measurement waits to be stored when the next begins. */
const settle = async (): Promise<void> => {
  for (let before = -1; ; await delay(1_000)) {
    const { stored } = await product.ledger();
    if (stored === before) return;
    before = stored;
  }
};
try {
  await using bare = await startBare();
  const key = await readingKey(product.databaseUrl);
  const producersAtOnce = Number(values['at-once']);
  const common = {
    product,
    redisUrl: servers.redisUrl,
    gatewayUrl: gateway.url,
    key,
    seed: Number(values.seed),
    producersAtOnce,
  };
  // Programs, plans and caches are warm before anything counts.
  await measureViewers({ ...common, viewers: 10, recordsPerSecond: Math.max(...numbers(values.rates)), seconds: 5 });
  await settle();
  say(
    `${''.padEnd(62)}${'messages'.padStart(8)}${['p50', 'p95', 'p99', 'max'].map((name) => name.padStart(8)).join('')}`,
  );

  if (parts.has('first')) {
    say(lagLine('idle system, first change of an agent', await measureFirstChange({ ...common, changes })));
  }
  const hearTheRate = async (asked: {
    viewers: number;
    recordsPerSecond: number;
    name: string;
    audience: typeof ofAgents;
  }): Promise<void> => {
    const { viewers, recordsPerSecond, name, audience } = asked;
    const what = `${recordsPerSecond}/s, ${viewers} viewers ${name}`;
    const own = await measureViewers({ ...common, viewers, recordsPerSecond, seconds, audience }).catch(
      (error: unknown) => {
        // Viewers of everything may be more than the measuring process itself can read.
        say(`${what}: given up, ${error instanceof Error ? error.message : String(error)}`);
        return null;
      },
    );
    if (own === null) return;
    const lost = own.connected < viewers ? `, ${viewers - own.connected} were disconnected` : '';
    say(lagLine(`${what}${lost}`, own.lags));
    say(lagLine('  of it until Redis had its newest record', own.ways.toRedis));
    say(lagLine('  of it from there until it was stored and in the live stream', own.ways.toLive));
    say(lagLine("  of it from there to the client, its agent's second included", own.ways.toClient));
    say(lagLine('  the same, from the newest record of each agent and event', own.rowLags));
    const plain = await bare.broadcast(own.frames, { count: viewers, room: audience.room });
    say(lagLine(`  bare socket.io, emit → client, the same frames`, plain.lags));
  };
  const audiences = [
    { part: 'agents', name: 'of an agent each', audience: ofAgents, viewers: numbers(values.viewers) },
    { part: 'team', name: 'of the whole team', audience: ofTeam, viewers: numbers(values['team-viewers']) },
  ];
  for (const { name, audience, viewers: counts } of audiences.filter(({ part }) => parts.has(part))) {
    for (const recordsPerSecond of numbers(values.rates)) {
      for (const viewers of counts) {
        await hearTheRate({ viewers, recordsPerSecond, name, audience });
        await settle();
      }
    }
  }
  if (parts.has('idle')) {
    using meter = createUsageMeter();
    meter.watch('gateway', gateway.child.pid);
    const count = Number(values.idle);
    using idle = await openViewers({
      url: gateway.url,
      count,
      auth: () => ({ token: key }),
      payload: (viewer) => ({ agent_id: `quiet-${viewer}` }),
    });
    meter.mark();
    const lags = await measureFirstChange({ ...common, changes });
    const used = meter.read().get('gateway');
    const note = `${idle.connected()} idle viewers (gateway ${mib(used?.peakBytes ?? 0)}), first change`;
    say(lagLine(note, lags));
  }
  if (parts.has('stalled')) {
    const stalled = Number(values.stalled);
    const result = await measureStalled({
      ...common,
      viewers: 10,
      recordsPerSecond: 1_000,
      // What the kernel holds for them has to fill up, and then they are waited for.
      seconds: Math.max(25, seconds),
      stalled,
      gatewayPid: gateway.child.pid,
    });
    say(lagLine('1000/s, 10 viewers of an agent each', result.without.lags));
    say(lagLine(`  beside ${stalled} of the whole team that take nothing`, result.heard.lags));
    say(
      `  gateway ${mib(result.peakBytes)} at most, ${mib(result.peakBytesWithout)} without them; ${stalled - result.stillOpen} were disconnected`,
    );
  }
  if (parts.has('storm')) {
    const clients = Number(values.storm);
    const storm = await measureStorm({ ...common, clients });
    say(
      `${clients} clients reconnect at once: all live after ${storm.secondsUntilLive.toFixed(1)} s, all have what they missed after ${storm.secondsUntilHeard.toFixed(1)} s, ${storm.lost} lines lost, ${storm.doubled} doubled`,
    );
  }
  if (parts.has('fan-out')) {
    say('\nmessages delivered to viewers of a team');
    for (const viewers of numbers(values.viewers)) {
      const results = await measureFanOut({ ...common, bare, viewers });
      for (const { name, messages, perSecond } of results) {
        say(`${name.padEnd(62)}${String(messages).padStart(8)}${Math.round(perSecond).toString().padStart(8)}/s`);
      }
    }
  }
} finally {
  await gateway.child.stop();
}
