// A process that starts both servers below the folder it is given, says their pids, and holds them until it is killed.
import { join } from 'node:path';
import { startPostgres } from './postgres/start.ts';
import { startRedis } from './redis/start.ts';

const [folder = ''] = process.argv.slice(2);
const log = { info: () => undefined, warn: () => undefined };
const [postgres, redis] = await Promise.all([
  startPostgres({ dataDir: join(folder, 'postgres'), settings: { fsync: 'off' }, log }),
  startRedis({ dataDir: join(folder, 'redis'), appendOnly: true, log }),
]);
process.stdout.write(`${JSON.stringify({ postgres: postgres.pid, redis: redis.pid, redisUrl: redis.url })}\n`);
await new Promise((resolve) => process.once('SIGTERM', resolve));
