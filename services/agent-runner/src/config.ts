import { readConfig } from '@telltale/runtime/config';
import { durationText, portText } from '@telltale/runtime/units';
import { z } from 'zod';

const shortestSampleMs = 250;
const longestSampleMs = 60_000;

const variables = {
  TELLTALE_REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'is not a redis:// URL' }),
  TELLTALE_HOST: z.string().min(1).default('127.0.0.1'),
  TELLTALE_METRICS_PORT: z.union([z.literal('off'), portText]).default(9464),
  TELLTALE_SAMPLE_INTERVAL: durationText
    .default(2_000)
    .refine((ms) => ms >= shortestSampleMs && ms <= longestSampleMs, { error: 'is not between 250ms and 60s' }),
};

export type AgentRunnerConfig = {
  redisUrl: string;
  sampleIntervalMs: number;
  /** Where the metrics port listens. */
  host: string;
  metricsPort: number | 'off';
  /** Where the programs that it runs are found. */
  env: Readonly<Record<string, string | undefined>>;
};

export function readAgentRunnerConfig(env: Readonly<Record<string, string | undefined>>): AgentRunnerConfig {
  const values = readConfig(variables, env);
  return {
    redisUrl: values.TELLTALE_REDIS_URL,
    sampleIntervalMs: values.TELLTALE_SAMPLE_INTERVAL,
    host: values.TELLTALE_HOST,
    metricsPort: values.TELLTALE_METRICS_PORT,
    env,
  };
}
