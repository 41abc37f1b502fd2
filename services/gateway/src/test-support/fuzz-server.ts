import { fork } from 'node:child_process';
import { once } from 'node:events';
import { recordKinds } from '@telltale/contracts/records/record';
import { scope } from '@telltale/contracts/http/keys';
import { startPrivatePostgres } from '@telltale/testkit/private-postgres';
import { startPrivateRedis } from '@telltale/testkit/private-redis';
import { aRecord } from '@telltale/testkit/records';
import { seed } from './seed.ts';
import { createTestGateway, keySecret } from './test-gateway.ts';

/**
 * A gateway, collector and aggregator on servers of their own, for tools that ask over HTTP: prints one line of JSON
 * `{url, keys: {<scope>: key, operator: key}}` when it listens, and takes everything away when its input ends or at SIGTERM.
 */
await using stack = new AsyncDisposableStack();
const database = stack.use(await startPrivatePostgres());
const redis = stack.use(await startPrivateRedis());
const gateway = stack.use(await createTestGateway({ database, redis }));

const known = { agent_id: 'agent-1', session_id: 's1', task_id: 't1', run_id: 'r1', model: 'claude-sonnet-4-5' };
const records = recordKinds.flatMap((kind) => [aRecord(kind), aRecord(kind, known)]);
for (const team of ['red', 'default']) await seed(database.url, team, records, new Map([[known.model, '0.25']]));

const env = {
  ...process.env,
  TELLTALE_DATABASE_URL: database.url,
  TELLTALE_REDIS_URL: redis.url,
  TELLTALE_KEY_SECRET: keySecret,
  TELLTALE_METRICS_PORT: 'off',
};
for (const service of ['collector', 'aggregator']) {
  const main = new URL(`../../../${service}/src/main.ts`, import.meta.url);
  const child = fork(main, { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  stack.defer(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  await once(child, 'message');
}

const keys: Record<string, string> = { operator: gateway.operator.authorization };
for (const one of scope.options) keys[one] = (await gateway.as('red', one)).authorization;
process.stdout.write(`${JSON.stringify({ url: gateway.gateway.url, keys })}\n`);
await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT'), once(process.stdin.resume(), 'end')]);
process.stdin.pause();
