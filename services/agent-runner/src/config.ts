import { readConfig } from '@telltale/runtime/config';
import { durationText } from '@telltale/runtime/units';
import { z } from 'zod';

const shortestSampleMs = 250;
const longestSampleMs = 60_000;

const variables = {
  TELLTALE_REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'is not a redis:// URL' }),
  TELLTALE_SAMPLE_INTERVAL: durationText
    .default(2_000)
    .refine((ms) => ms >= shortestSampleMs && ms <= longestSampleMs, { error: 'is not between 250ms and 60s' }),
};

export type AgentRunnerConfig = {
  redisUrl: string;
  sampleIntervalMs: number;
  /** Where the programs that it runs are found. */
  env: Readonly<Record<string, string | undefined>>;
};

export function readAgentRunnerConfig(env: Readonly<Record<string, string | undefined>>): AgentRunnerConfig {
  const values = readConfig(variables, env);
  return { redisUrl: values.TELLTALE_REDIS_URL, sampleIntervalMs: values.TELLTALE_SAMPLE_INTERVAL, env };
}
