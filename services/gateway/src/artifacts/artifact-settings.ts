import { join, resolve } from 'node:path';
import { ConfigError } from '@telltale/runtime/config';
import { durationText, sizeText } from '@telltale/runtime/units';
import { z } from 'zod';

/** As long as what decides about a task. */
const ninetyDaysMs = 90 * 86_400_000;

export const artifactVariables = {
  /** A folder, or `s3://bucket/prefix`. */
  TELLTALE_ARTIFACTS: z.string().min(1).optional(),
  TELLTALE_ARTIFACTS_QUOTA: z.union([z.literal('off'), sizeText]).default(10_000_000_000),
  TELLTALE_ARTIFACTS_WHEN_FULL: z.enum(['refuse', 'evict'], { error: 'is neither refuse nor evict' }).default('refuse'),
  TELLTALE_RETENTION_ARTIFACTS: z.union([z.literal('off'), durationText]).default(ninetyDaysMs),
  TELLTALE_S3_ENDPOINT: z.url({ protocol: /^https?$/, error: 'is not an http(s):// URL' }).optional(),
  TELLTALE_S3_REGION: z.string().min(1).default('us-east-1'),
  TELLTALE_S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  TELLTALE_S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
};

export type S3Settings = {
  bucket: string;
  /** Empty, or ends with a slash. */
  prefix: string;
  /** Of a server that is not Amazon's. */
  endpoint: string | undefined;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string } | undefined;
};

export type ArtifactSettings = {
  place: { folder: string } | { s3: S3Settings };
  /** Bytes that one team may keep; null when nothing bounds it. */
  quota: number | null;
  /** What becomes of an upload that does not fit: it is refused, or the team's oldest artifacts go. */
  whenFull: 'refuse' | 'evict';
  /** So long an artifact is kept, in ms; null when it stays until somebody removes it. */
  keptMs: number | null;
};

type Values = { [K in keyof typeof artifactVariables]: z.output<(typeof artifactVariables)[K]> };

function s3Settings(address: string, values: Values): S3Settings {
  const [, bucket, path = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(address) ?? [];
  if (bucket === undefined) {
    throw new ConfigError([`TELLTALE_ARTIFACTS: ${address} is not s3://bucket or s3://bucket/prefix`]);
  }
  const { TELLTALE_S3_ACCESS_KEY_ID: accessKeyId, TELLTALE_S3_SECRET_ACCESS_KEY: secretAccessKey } = values;
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    throw new ConfigError(['TELLTALE_S3_ACCESS_KEY_ID and TELLTALE_S3_SECRET_ACCESS_KEY: set both or none']);
  }
  const trimmed = path.replace(/\/+$/, '');
  return {
    bucket,
    prefix: trimmed === '' ? '' : `${trimmed}/`,
    endpoint: values.TELLTALE_S3_ENDPOINT,
    region: values.TELLTALE_S3_REGION,
    credentials:
      accessKeyId === undefined || secretAccessKey === undefined ? undefined : { accessKeyId, secretAccessKey },
  };
}

/** `dataFolder`: what lies there when nothing else is said. */
export function artifactSettings(values: Values, dataFolder: string): ArtifactSettings {
  const { TELLTALE_ARTIFACTS: place, TELLTALE_ARTIFACTS_QUOTA: quota, TELLTALE_RETENTION_ARTIFACTS: kept } = values;
  return {
    place:
      place?.startsWith('s3:') === true
        ? { s3: s3Settings(place, values) }
        : { folder: resolve(place ?? join(dataFolder, 'artifacts')) },
    quota: quota === 'off' ? null : quota,
    whenFull: values.TELLTALE_ARTIFACTS_WHEN_FULL,
    keptMs: kept === 'off' ? null : kept,
  };
}
