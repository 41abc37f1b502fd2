import { isIP } from 'node:net';
import { join } from 'node:path';
import { booleanText, durationText, portText } from '@telltale/runtime/units';
import { ConfigError, readConfig } from '@telltale/runtime/config';
import { createFailpoints, failpointVariables, type Failpoint } from '@telltale/runtime/failpoints';
import { stateFolder } from '@telltale/runtime/state-folder';
import { z } from 'zod';
import { artifactSettings, artifactVariables, type ArtifactSettings } from './artifacts/artifact-settings.ts';
import type { OutsideSettings } from './health/outside-checks.ts';
import { intakeSettings, intakeVariables, type IntakeSettings } from './intake/intake-settings.ts';

const variables = {
  TELLTALE_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'is not a postgres:// URL' }),
  TELLTALE_REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'is not a redis:// URL' }),
  TELLTALE_KEY_SECRET: z.string().min(32, { error: 'is shorter than 32 characters' }),
  TELLTALE_HOST: z.string().min(1).default('127.0.0.1'),
  TELLTALE_PORT: portText.default(4400),
  TELLTALE_METRICS_PORT: z.union([z.literal('off'), portText]).default(9464),
  TELLTALE_OTLP_PORT: z.union([z.literal('off'), portText]).default('off'),
  TELLTALE_OTLP_GRPC_PORT: z.union([z.literal('off'), portText]).default('off'),
  TELLTALE_INSECURE_HTTP: booleanText.default(false),
  TELLTALE_PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'is not an http(s):// URL' }).optional(),
  TELLTALE_TLS_CERT: z.string().min(1).optional(),
  TELLTALE_TLS_KEY: z.string().min(1).optional(),
  TELLTALE_TRUSTED_PROXIES: z
    .string()
    .transform((list) => list.split(',').map((item) => item.trim()))
    .pipe(z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], { error: 'is not a list of IPs or CIDRs' })))
    .optional(),
  TELLTALE_DATA_DIR: z.string().min(1).optional(),
  TELLTALE_CANARY: booleanText.default(true),
  TELLTALE_TASK_LEASE: durationText
    .default(30_000)
    .refine((ms) => ms >= 1_000 && ms <= 3_600_000, { error: 'is not between 1s and 1h' }),
  ...intakeVariables,
  ...artifactVariables,
  TELLTALE_REPO_POOL_URL: z.url({ protocol: /^https?$/, error: 'is not an http(s):// URL' }).optional(),
  // The person's own, for whoever asks whether their provider answers.
  OPENAI_API_KEY: z.string().min(1).optional(),
  OPENAI_BASE_URL: z.string().min(1).optional(),
  ...failpointVariables,
};

export type GatewayConfig = {
  databaseUrl: string;
  redisUrl: string;
  /** The pepper of key hashes. */
  keySecret: string;
  host: string;
  port: number;
  metricsPort: number | 'off';
  /** Further ports for OTLP alone, over HTTP and over gRPC. */
  otlp: { port: number | 'off'; grpcPort: number | 'off' };
  publicUrl: string | undefined;
  tls: { cert: string; key: string } | undefined;
  trustedProxies: readonly string[];
  /** Holds the relay's spool: what was taken and is not known to be stored. */
  relayFolder: string;
  /** Where artifacts lie, and how much of them a team may keep. */
  artifacts: ArtifactSettings;
  /** What stands around the runs. */
  outside: OutsideSettings;
  intake: IntakeSettings;
  failpoint: Failpoint;
  /** How long a runner that is not heard of keeps a task, in ms. */
  taskLeaseMs: number;
  /** Send a record a second through the whole path, and time it. */
  canary: boolean;
};

/** A name or address that only this machine reaches. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

/**
 * Reads the gateway's variables. A host that others reach needs TLS, or the word of the operator that something in
 * front of it speaks TLS: keys travel in headers.
 */
export function readGatewayConfig(env: Readonly<Record<string, string | undefined>>): GatewayConfig {
  const values = readConfig(variables, env);
  const { TELLTALE_TLS_CERT: cert, TELLTALE_TLS_KEY: key, TELLTALE_HOST: host } = values;
  if ((cert === undefined) !== (key === undefined)) {
    throw new ConfigError(['TELLTALE_TLS_CERT_FILE and TELLTALE_TLS_KEY_FILE: set both or none']);
  }
  const tls = cert === undefined || key === undefined ? undefined : { cert, key };
  if (!isLoopback(host) && tls === undefined && !values.TELLTALE_INSECURE_HTTP) {
    throw new ConfigError([
      `TELLTALE_HOST: ${host} is reachable from other machines and there is no TLS; set TELLTALE_TLS_CERT_FILE and ` +
        'TELLTALE_TLS_KEY_FILE, or TELLTALE_INSECURE_HTTP=true (--insecure-http) when a proxy in front speaks TLS',
    ]);
  }
  const dataFolder = values.TELLTALE_DATA_DIR ?? stateFolder(env);
  return {
    databaseUrl: values.TELLTALE_DATABASE_URL,
    redisUrl: values.TELLTALE_REDIS_URL,
    keySecret: values.TELLTALE_KEY_SECRET,
    host,
    port: values.TELLTALE_PORT,
    metricsPort: values.TELLTALE_METRICS_PORT,
    otlp: { port: values.TELLTALE_OTLP_PORT, grpcPort: values.TELLTALE_OTLP_GRPC_PORT },
    publicUrl: values.TELLTALE_PUBLIC_URL,
    tls,
    trustedProxies: values.TELLTALE_TRUSTED_PROXIES ?? [],
    relayFolder: join(dataFolder, 'relay'),
    artifacts: artifactSettings(values, dataFolder),
    outside: {
      repoPoolUrl: values.TELLTALE_REPO_POOL_URL,
      repoPoolUrlFile: join(dataFolder, 'repo-pool/url'),
      llm:
        values.OPENAI_API_KEY === undefined ? null : { apiKey: values.OPENAI_API_KEY, baseUrl: values.OPENAI_BASE_URL },
    },
    intake: intakeSettings(values),
    failpoint: createFailpoints(values),
    taskLeaseMs: values.TELLTALE_TASK_LEASE,
    canary: values.TELLTALE_CANARY,
  };
}
