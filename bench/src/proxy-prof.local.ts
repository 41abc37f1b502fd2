import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { keeperFlags } from '@telltale/runtime/node-flags';
import { startPrivateRedis } from '@telltale/testkit/private-redis';
import { throughput } from './proxy/load.ts';
import { openBudget } from './proxy/open-budget.ts';
const children: any[] = [];
async function start(file: string, ...args: string[]) {
  const child = fork(fileURLToPath(new URL(`proxy/${file}`, import.meta.url)), args, { execArgv: file === 'proxy.ts' ? [...keeperFlags] : [] });
  children.push(child);
  const [said] = (await once(child, 'message')) as [unknown];
  return { child, said };
}
const { said: port } = await start('upstream.ts');
const direct = `http://127.0.0.1:${String(port)}`;
const plain = String((await start('proxy.ts', direct)).said);
await using redis = await startPrivateRedis();
await openBudget(redis.url);
await start('keep-totals.ts', redis.url);
const { child, said } = await start('proxy.ts', direct, redis.url);
const budgeted = String(said);
for (let i = 0; i < Number(process.argv[2] ?? 3); i++) {
  console.log('direct', Math.round(await throughput(direct, 2)), 'plain', Math.round(await throughput(plain, 3)), 'budget', Math.round(await throughput(budgeted, 3)));
}
if (process.argv[3]) {
  const prof = spawn(process.execPath, ['/tmp/h-6/prof.mjs', String(child.pid), '8', '/tmp/h-6/prof/p.cpuprofile'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = ''; prof.stdout.on('data', (d) => (out += d));
  const load = throughput(budgeted, 10);
  await once(prof, 'close'); console.log('with prof', Math.round(await load)); console.log(out);
}
for (const c of children) c.kill();
