import { readConfig } from '@telltale/runtime/config';
import { createFailpoints, failpointVariables, type Failpoint } from '@telltale/runtime/failpoints';
import { z } from 'zod';

const variables = {
  TELLTALE_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'is not a postgres:// URL' }),
  TELLTALE_REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'is not a redis:// URL' }),
  ...failpointVariables,
};

export type AggregatorConfig = {
  databaseUrl: string;
  redisUrl: string;
  failpoint: Failpoint;
};

export function readAggregatorConfig(env: Readonly<Record<string, string | undefined>>): AggregatorConfig {
  const values = readConfig(variables, env);
  return {
    databaseUrl: values.TELLTALE_DATABASE_URL,
    redisUrl: values.TELLTALE_REDIS_URL,
    failpoint: createFailpoints(values),
  };
}
