import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { readConfig } from '@telltale/runtime/config';
import { booleanText, portText } from '@telltale/runtime/units';
import { CliError } from '../failure.ts';

/** The flags of `up` as commander gives them; each wins over its variable. */
export interface UpFlags {
  port?: string;
  host?: string;
  dataDir?: string;
  sample: boolean;
  insecureHttp?: boolean;
}

/** What `up` goes by. */
export interface UpSettings {
  port: number;
  host: string;
  /** Absolute. */
  dataDir: string;
  databaseUrl: string | undefined;
  redisUrl: string | undefined;
  keySecret: string | undefined;
  /** Run the sample crew at the first start. */
  sample: boolean;
  /** Where the metrics of all services are shown. */
  metrics: { port: number | 'off'; isDefault: boolean };
  /** The gateway serves HTTPS itself. */
  tls: boolean;
}

const defaultMetricsPort = 9464;

type Environment = Readonly<Record<string, string | undefined>>;

const shape = {
  TELLTALE_PORT: portText.default(4400),
  TELLTALE_HOST: z.string().default('127.0.0.1'),
  TELLTALE_DATA_DIR: z.string().default('.telltale'),
  TELLTALE_INSECURE_HTTP: booleanText.default(false),
  TELLTALE_SAMPLE: booleanText.default(true),
  TELLTALE_DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, { error: 'is not a postgres:// URL' })
    .optional(),
  TELLTALE_REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, { error: 'is not a redis:// URL' })
    .optional(),
  TELLTALE_KEY_SECRET: z.string().min(32, { error: 'is shorter than 32 characters' }).optional(),
  TELLTALE_METRICS_PORT: z.union([z.literal('off'), portText]).optional(),
  TELLTALE_TLS_CERT: z.string().optional(),
  TELLTALE_TLS_KEY: z.string().optional(),
};

/** Reads flags and variables; throws a refusal when the address would be open to others without TLS. */
export function readUpSettings(flags: UpFlags, env: Environment): UpSettings {
  const config = readConfig(shape, env, {
    TELLTALE_PORT: flags.port,
    TELLTALE_HOST: flags.host,
    TELLTALE_DATA_DIR: flags.dataDir,
    TELLTALE_SAMPLE: flags.sample ? undefined : 'false',
    TELLTALE_INSECURE_HTTP: flags.insecureHttp ? 'true' : undefined,
  });
  const tls = config.TELLTALE_TLS_CERT !== undefined && config.TELLTALE_TLS_KEY !== undefined;
  if (!isLoopback(config.TELLTALE_HOST) && !tls && !config.TELLTALE_INSECURE_HTTP) {
    throw new CliError(
      `Others can reach ${config.TELLTALE_HOST}, and keys would travel in clear; set TELLTALE_TLS_CERT_FILE and ` +
        'TELLTALE_TLS_KEY_FILE, or say --insecure-http when something in front does TLS.',
    );
  }
  return {
    port: config.TELLTALE_PORT,
    host: config.TELLTALE_HOST,
    dataDir: resolve(config.TELLTALE_DATA_DIR),
    databaseUrl: config.TELLTALE_DATABASE_URL,
    redisUrl: config.TELLTALE_REDIS_URL,
    keySecret: config.TELLTALE_KEY_SECRET,
    sample: config.TELLTALE_SAMPLE,
    metrics: {
      port: config.TELLTALE_METRICS_PORT ?? defaultMetricsPort,
      isDefault: config.TELLTALE_METRICS_PORT === undefined,
    },
    tls,
  };
}

/** True for addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}

/** The URL at which this machine reaches a gateway that listens on `host`. */
export function localUrl(settings: Pick<UpSettings, 'host' | 'port' | 'tls'>): string {
  const everywhere = settings.host === '0.0.0.0' || settings.host === '::';
  const host = everywhere ? '127.0.0.1' : settings.host;
  return `${settings.tls ? 'https' : 'http'}://${isIP(host) === 6 ? `[${host}]` : host}:${settings.port}`;
}
