import { pingDatabase, type Db } from '@telltale/store/read';
import { pingStream } from '@telltale/stream/ping';
import type { StreamConnection } from '@telltale/stream/connect';
import type { Check } from './check.ts';

export const postgresCheck = (db: Db): Check => ({ name: 'postgresql', look: () => pingDatabase(db) });
export const redisCheck = (redis: StreamConnection): Check => ({ name: 'redis', look: () => pingStream(redis) });
