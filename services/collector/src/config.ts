import { readConfig } from '@telltale/runtime/config';
import { createFailpoints, failpointVariables, type Failpoint } from '@telltale/runtime/failpoints';
import { portText } from '@telltale/runtime/units';
import { z } from 'zod';

const variables = {
  TELLTALE_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'is not a postgres:// URL' }),
  TELLTALE_REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'is not a redis:// URL' }),
  TELLTALE_HOST: z.string().min(1).default('127.0.0.1'),
  TELLTALE_METRICS_PORT: z.union([z.literal('off'), portText]).default(9464),
  ...failpointVariables,
};

export type CollectorConfig = {
  databaseUrl: string;
  redisUrl: string;
  /** Where the metrics port listens. */
  host: string;
  metricsPort: number | 'off';
  failpoint: Failpoint;
};

export function readCollectorConfig(env: Readonly<Record<string, string | undefined>>): CollectorConfig {
  const values = readConfig(variables, env);
  return {
    databaseUrl: values.TELLTALE_DATABASE_URL,
    redisUrl: values.TELLTALE_REDIS_URL,
    host: values.TELLTALE_HOST,
    metricsPort: values.TELLTALE_METRICS_PORT,
    failpoint: createFailpoints(values),
  };
}
