import { readConfig } from '@telltale/runtime/config';
import { createFailpoints, failpointVariables, type Failpoint } from '@telltale/runtime/failpoints';
import { portText } from '@telltale/runtime/units';
import { z } from 'zod';
import { defaultFloor, floorText, type SpaceFloor } from './space/space-floor.ts';

const variables = {
  TELLTALE_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'is not a postgres:// URL' }),
  TELLTALE_REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'is not a redis:// URL' }),
  TELLTALE_HOST: z.string().min(1).default('127.0.0.1'),
  TELLTALE_METRICS_PORT: z.union([z.literal('off'), portText]).default(9464),
  TELLTALE_DATABASE_FOLDER: z.string().min(1).optional(),
  TELLTALE_MIN_FREE_SPACE: floorText.optional(),
  ...failpointVariables,
};

export type CollectorConfig = {
  databaseUrl: string;
  redisUrl: string;
  /** Where the metrics port listens. */
  host: string;
  metricsPort: number | 'off';
  /** A folder on the volume of the database, where this machine can see it. */
  databaseFolder: string | undefined;
  minFreeSpace: SpaceFloor;
  failpoint: Failpoint;
};

export function readCollectorConfig(env: Readonly<Record<string, string | undefined>>): CollectorConfig {
  const values = readConfig(variables, env);
  return {
    databaseUrl: values.TELLTALE_DATABASE_URL,
    redisUrl: values.TELLTALE_REDIS_URL,
    host: values.TELLTALE_HOST,
    metricsPort: values.TELLTALE_METRICS_PORT,
    databaseFolder: values.TELLTALE_DATABASE_FOLDER,
    minFreeSpace: values.TELLTALE_MIN_FREE_SPACE ?? defaultFloor,
    failpoint: createFailpoints(values),
  };
}
