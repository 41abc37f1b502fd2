import { resolve } from 'node:path';
import { ConfigError, readConfig } from '@telltale/runtime/config';
import { stateFolder } from '@telltale/runtime/state-folder';
import { durationText, portText } from '@telltale/runtime/units';
import { gateLimits, gateVariables } from '@telltale/stream/gate-settings';
import type { GateLimits } from '@telltale/stream/intake-gate';
import { z } from 'zod';
import { reportsFolder } from './reports/reports-folder.ts';
import { repoPoolSettings, repoPoolVariables, type RepoPoolSettings } from './repo-pool/repo-pool-settings.ts';
import { taskSettings, taskVariables, type TaskSettings } from './tasks/task-settings.ts';

const shortestSampleMs = 250;
const longestSampleMs = 60_000;

const variables = {
  TELLTALE_REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'is not a redis:// URL' }).optional(),
  TELLTALE_URL: z.url({ protocol: /^https?$/, error: 'is not an http(s) URL' }).optional(),
  TELLTALE_API_KEY: z.string().optional(),
  TELLTALE_DATA_DIR: z.string().optional(),
  TELLTALE_HOST: z.string().min(1).default('127.0.0.1'),
  TELLTALE_METRICS_PORT: z.union([z.literal('off'), portText]).default(9464),
  TELLTALE_SAMPLE_INTERVAL: durationText
    .default(2_000)
    .refine((ms) => ms >= shortestSampleMs && ms <= longestSampleMs, { error: 'is not between 250ms and 60s' }),
  ...gateVariables,
  ...taskVariables,
  ...repoPoolVariables,
};

/** The gateway that a runner is linked to, and the folder where its keeper lives. */
export type GatewayLink = {
  url: string;
  key: string;
  /** Where the key was read from; null when it stood in a variable. */
  keyFile: string | null;
  /** Absolute. */
  dataDir: string;
};

export type AgentRunnerConfig = {
  /** null: not deployed beside the stream. */
  redisUrl: string | null;
  /** null: it keeps no runs. */
  gateway: GatewayLink | null;
  sampleIntervalMs: number;
  /** Where it spools what it reports itself. */
  spoolRoot: string;
  /** Which tasks it takes, and from where; null without a gateway. */
  tasks: TaskSettings | null;
  /** The repositories that it lends slots of; null without a gateway. */
  repoPool: RepoPoolSettings | null;
  /** What publishes beside the gateway backs off when it does. */
  intake: GateLimits;
  /** Where the metrics port listens. */
  host: string;
  metricsPort: number | 'off';
  /** Where the programs that it runs are found. */
  env: Readonly<Record<string, string | undefined>>;
};

export function readAgentRunnerConfig(env: Readonly<Record<string, string | undefined>>): AgentRunnerConfig {
  const values = readConfig(variables, env);
  const gateway = gatewayOf(values, env);
  const { TELLTALE_REDIS_URL: redisUrl = null } = values;
  if (redisUrl === null && gateway === null)
    throw new ConfigError(['TELLTALE_URL: is needed, or TELLTALE_REDIS_URL beside the stream']);
  return {
    redisUrl,
    gateway,
    sampleIntervalMs: values.TELLTALE_SAMPLE_INTERVAL,
    spoolRoot: reportsFolder(resolve(values.TELLTALE_DATA_DIR ?? stateFolder(env))),
    tasks: gateway === null ? null : taskSettings(values, gateway.dataDir),
    repoPool: gateway === null ? null : repoPoolSettings(values, gateway.dataDir),
    intake: gateLimits(values),
    host: values.TELLTALE_HOST,
    metricsPort: values.TELLTALE_METRICS_PORT,
    env,
  };
}

function gatewayOf(
  values: {
    TELLTALE_URL?: string | undefined;
    TELLTALE_API_KEY?: string | undefined;
    TELLTALE_DATA_DIR?: string | undefined;
  },
  env: AgentRunnerConfig['env'],
): GatewayLink | null {
  const { TELLTALE_URL: url, TELLTALE_API_KEY: key, TELLTALE_DATA_DIR: dataDir } = values;
  if (url === undefined) return null;
  if (key === undefined || dataDir === undefined) {
    const missing = key === undefined ? 'TELLTALE_API_KEY: is needed' : 'TELLTALE_DATA_DIR: is needed';
    throw new ConfigError([`${missing} with TELLTALE_URL`]);
  }
  const direct = env['TELLTALE_API_KEY'];
  const isInFile = direct === undefined || direct === '';
  return { url, key, keyFile: isInFile ? (env['TELLTALE_API_KEY_FILE'] ?? null) : null, dataDir: resolve(dataDir) };
}
