import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { startPrivateRedis } from '@telltale/testkit/private-redis';
import { percentiles } from './percentiles.ts';
import { atRate, throughput } from './proxy/load.ts';
import { openBudget } from './proxy/open-budget.ts';

/**
 * The metering proxy beside a direct connection, in the same run: the time to the first byte at a steady rate, and how
 * many calls a second go through; once more with a budget, whose slice the proxy holds. Provider, proxies and client are
 * processes of their own.
 *   npm run bench:proxy -- [--rate 200] [--seconds 10]
 */
const { values } = parseArgs({
  options: { rate: { type: 'string', default: '200' }, seconds: { type: 'string', default: '10' } },
});
const rate = Number(values.rate);
const seconds = Number(values.seconds);
const say = (text: string): void => console.log(text);
const ms = (value: number): string => value.toFixed(2).padStart(9);

const children: ChildProcess[] = [];
async function start(file: string, ...args: string[]): Promise<{ child: ChildProcess; said: unknown }> {
  const child = fork(fileURLToPath(new URL(`proxy/${file}`, import.meta.url)), args);
  children.push(child);
  const [said] = (await once(child, 'message')) as [unknown];
  return { child, said };
}

try {
  const { said: port } = await start('upstream.ts');
  const direct = `http://127.0.0.1:${String(port)}`;
  const { child: proxy, said: way } = await start('proxy.ts', direct);
  const through = String(way);
  await using redis = await startPrivateRedis();
  await openBudget(redis.url);
  const budgeted = String((await start('proxy.ts', direct, redis.url)).said);

  say(`Node ${process.version}, ${cpus().length} CPUs; calls with a 15 kB request and a streamed answer of 12 events`);
  say(`\ntime to first byte, ${rate} calls/s each way, ${seconds} s, in ms`);
  say(`${''.padEnd(12)}${['calls', 'p50', 'p99', 'max'].map((name) => name.padStart(9)).join('')}`);
  const [one, two, three] = (await atRate([direct, through, budgeted], rate, seconds)).map((times) =>
    percentiles(times),
  );
  if (one === undefined || two === undefined || three === undefined) throw new Error('nothing was measured');
  for (const [name, times] of [
    ['direct', one],
    ['through', two],
    ['with budget', three],
  ] as const)
    say(`${name.padEnd(12)}${String(times.count).padStart(9)}${ms(times.p50)}${ms(times.p99)}${ms(times.max)}`);
  say(`${'added'.padEnd(21)}${ms(two.p50 - one.p50)}${ms(two.p99 - one.p99)}`);
  say(`${'with budget'.padEnd(21)}${ms(three.p50 - one.p50)}${ms(three.p99 - one.p99)}`);

  say(`\ncalls a second, 32 at once`);
  const plain = await throughput(direct, seconds / 2);
  const metered = await throughput(through, seconds / 2);
  say(`${'direct'.padEnd(12)}${Math.round(plain).toString().padStart(9)}`);
  say(`${'through'.padEnd(12)}${Math.round(metered).toString().padStart(9)}`);
  const held = await throughput(budgeted, seconds / 2);
  say(`${'with budget'.padEnd(12)}${Math.round(held).toString().padStart(9)}`);
  proxy.send('how many');
  const [counted] = (await once(proxy, 'message')) as [{ calls: number; tokens: number; cpuMs: number }];
  say(`\nmetered: ${counted.calls} calls, ${counted.tokens} tokens (${counted.tokens / counted.calls} each)`);
  say(`processor time of the proxy: ${(counted.cpuMs / counted.calls).toFixed(3)} ms a call`);
} finally {
  for (const child of children) child.kill();
}
