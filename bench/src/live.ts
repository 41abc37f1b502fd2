import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { startBare } from './live/bare.ts';
import { agentOf, measureAgentViewers } from './live/agent-viewers.ts';
import { measureFanOut } from './live/fan-out.ts';
import { readingKey } from './live-lag.ts';
import type { Lags } from './percentiles.ts';
import { startProduct } from './product-path.ts';
import { startServers } from './servers.ts';
import { startGateway } from './services.ts';

/**
 * The live feed beside bare socket.io, in one run on one machine: how late messages are for viewers of one agent each,
 * and how many messages a second reach the viewers of a whole team.
 *   npm run bench:live -- [--rates 1000,10000] [--viewers 1,100,1000] [--seconds 10] [--fan-out 500] [--seed 1]
 */
const { values } = parseArgs({
  options: {
    rates: { type: 'string', default: '1000,10000' },
    viewers: { type: 'string', default: '1,100,1000' },
    seconds: { type: 'string', default: '10' },
    'fan-out': { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
  },
});
const numbers = (text: string): number[] => text.split(',').map(Number);
const say = (text: string): void => console.log(text);
const ms = (value: number): string => value.toFixed(1).padStart(8);
const lagLine = (name: string, { count, p50, p95, p99, max }: Lags): string =>
  `${name.padEnd(52)}${String(count).padStart(8)}${ms(p50)}${ms(p95)}${ms(p99)}${ms(max)}`;

say(`Node ${process.version}, ${cpus().length} CPUs; 200 agents; lags in ms\n`);
await using servers = await startServers();
await using product = await startProduct(servers, { database: 'live', collectors: 1 });
const gateway = await startGateway(product.env);
try {
  await using bare = await startBare();
  const key = await readingKey(product.databaseUrl);
  const common = { product, gatewayUrl: gateway.url, key, seed: Number(values.seed) };
  await measureAgentViewers({ ...common, viewers: 10, recordsPerSecond: 1_000, seconds: 3 });

  say(
    `${''.padEnd(52)}${'messages'.padStart(8)}${['p50', 'p95', 'p99', 'max'].map((name) => name.padStart(8)).join('')}`,
  );
  for (const recordsPerSecond of numbers(values.rates)) {
    for (const viewers of numbers(values.viewers)) {
      const seconds = Number(values.seconds);
      const own = await measureAgentViewers({ ...common, viewers, recordsPerSecond, seconds });
      const lost = own.connected < viewers ? `, ${viewers - own.connected} were disconnected` : '';
      say(lagLine(`publish → client, ${recordsPerSecond}/s, ${viewers} viewers${lost}`, own.lags));
      const plain = await bare.broadcast(own.frames, { count: viewers, room: agentOf });
      say(lagLine(`  bare socket.io, emit → client, the same frames`, plain.lags));
    }
  }
  say('\nmessages delivered');
  for (const viewers of numbers(values.viewers)) {
    const { redisUrl } = servers;
    const results = await measureFanOut({ ...common, redisUrl, bare, viewers, agents: Number(values['fan-out']) });
    for (const { name, messages, perSecond } of results) {
      say(`${name.padEnd(52)}${String(messages).padStart(8)}${Math.round(perSecond).toString().padStart(8)}/s`);
    }
  }
} finally {
  await gateway.child.stop();
}
