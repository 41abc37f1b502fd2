import { readConfig } from '@telltale/runtime/config';
import { createFailpoints, failpointVariables, type Failpoint } from '@telltale/runtime/failpoints';
import { durationText, portText, sizeText } from '@telltale/runtime/units';
import type { RetentionRules } from '@telltale/store/rollup';
import { z } from 'zod';
import { retentionText } from './upkeep/retention-text.ts';

const dayMs = 86_400_000;

const variables = {
  TELLTALE_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'is not a postgres:// URL' }),
  TELLTALE_REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'is not a redis:// URL' }),
  TELLTALE_HOST: z.string().min(1).default('127.0.0.1'),
  TELLTALE_METRICS_PORT: z.union([z.literal('off'), portText]).default(9464),
  TELLTALE_RETENTION_RAW: retentionText.default(() => ({ rawMs: 30 * dayMs, rawMsOf: {} })),
  TELLTALE_RETENTION_ROLLUPS: durationText.default(2 * 365 * dayMs),
  /** Off but for the embedded instance, which sets it. */
  TELLTALE_RETENTION_SIZE: z.union([z.literal('off').transform(() => null), sizeText]).default(null),
  TELLTALE_LOST_AFTER: z.union([z.literal('off').transform(() => null), durationText]).default(15 * 60_000),
  ...failpointVariables,
};

export type AggregatorConfig = {
  databaseUrl: string;
  redisUrl: string;
  host: string;
  metricsPort: number | 'off';
  retention: RetentionRules;
  /** A run without an end of which nothing was heard for so long is lost; null: never. */
  lostAfterMs: number | null;
  failpoint: Failpoint;
};

export function readAggregatorConfig(env: Readonly<Record<string, string | undefined>>): AggregatorConfig {
  const values = readConfig(variables, env);
  return {
    databaseUrl: values.TELLTALE_DATABASE_URL,
    redisUrl: values.TELLTALE_REDIS_URL,
    host: values.TELLTALE_HOST,
    metricsPort: values.TELLTALE_METRICS_PORT,
    retention: {
      ...values.TELLTALE_RETENTION_RAW,
      rollupsMs: values.TELLTALE_RETENTION_ROLLUPS,
      sizeBytes: values.TELLTALE_RETENTION_SIZE,
    },
    lostAfterMs: values.TELLTALE_LOST_AFTER,
    failpoint: createFailpoints(values),
  };
}
