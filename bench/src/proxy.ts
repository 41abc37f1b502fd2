import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { keeperFlags } from '@telltale/runtime/node-flags';
import { startPrivateRedis } from '@telltale/testkit/private-redis';
import { percentiles } from './percentiles.ts';
import { inTurns, throughput } from './proxy/load.ts';
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
  // As the product starts what holds a run.
  const execArgv = file === 'proxy.ts' ? [...keeperFlags] : [];
  const child = fork(fileURLToPath(new URL(`proxy/${file}`, import.meta.url)), args, { execArgv });
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
  await start('keep-totals.ts', redis.url);
  const budgeted = String((await start('proxy.ts', direct, redis.url)).said);

  say(`Node ${process.version}, ${cpus().length} CPUs; calls with a 15 kB request and a streamed answer of 12 events`);
  const ways = { direct, through, 'with budget': budgeted };
  const ofDirect = (value: number, plain: number): string => `${(value / plain).toFixed(2)} of direct`;

  say(`\ncalls a second, 32 at once`);
  const rates: Record<string, number> = {};
  for (const [name, way] of Object.entries(ways)) {
    const perSecond = await throughput(way, seconds / 2);
    rates[name] = perSecond;
    const ratio = name === 'direct' ? '' : `   ${ofDirect(perSecond, rates['direct'] ?? 0)}`;
    say(`${name.padEnd(12)}${Math.round(perSecond).toString().padStart(9)}${ratio}`);
  }

  say(`\ntime to first byte, ${rate} calls/s in turns, ${seconds} s each, in ms`);
  say(`${''.padEnd(12)}${['calls', 'p50', 'p99', 'max'].map((name) => name.padStart(9)).join('')}`);
  const measured = (await inTurns(Object.values(ways), rate, seconds)).map((times) => percentiles(times));
  const [plain, ...others] = measured;
  if (plain === undefined) throw new Error('nothing was measured');
  const names = Object.keys(ways);
  for (const [at, times] of measured.entries())
    say(
      `${(names[at] ?? '').padEnd(12)}${String(times.count).padStart(9)}${ms(times.p50)}${ms(times.p99)}${ms(times.max)}`,
    );
  for (const [at, times] of others.entries())
    say(`${`added ${names[at + 1] ?? ''}`.padEnd(21)}${ms(times.p50 - plain.p50)}${ms(times.p99 - plain.p99)}`);

  proxy.send('how many');
  const [counted] = (await once(proxy, 'message')) as [{ calls: number; tokens: number; cpuMs: number }];
  say(`\nmetered: ${counted.calls} calls, ${counted.tokens} tokens (${counted.tokens / counted.calls} each)`);
  say(`processor time of the proxy: ${(counted.cpuMs / counted.calls).toFixed(3)} ms a call`);
} finally {
  for (const child of children) child.kill();
}
