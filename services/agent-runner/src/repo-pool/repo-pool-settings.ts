import { join, resolve } from 'node:path';
import { durationText, portText } from '@telltale/runtime/units';
import { z } from 'zod';

export const repoPoolVariables = {
  TELLTALE_REPO_POOL_HOST: z.string().min(1).default('127.0.0.1'),
  TELLTALE_REPO_POOL_PORT: portText.default(0),
  TELLTALE_REPO_POOL_KEY: z.string().min(16, { error: 'is shorter than 16 characters' }).optional(),
  TELLTALE_REPO_SLOTS: z
    .string()
    .regex(/^[1-9]\d{0,2}$/, { error: 'is not a number from 1 to 999' })
    .transform(Number)
    .default(4),
  /** Separated by colons. */
  TELLTALE_REPO_FOLDERS: z.string().min(1).optional(),
  TELLTALE_REPO_WAIT: durationText
    .default(300_000)
    .refine((ms) => ms >= 1_000 && ms <= 3_600_000, { error: 'is not between 1s and 1h' }),
};

export type RepoPoolSettings = {
  folder: string;
  host: string;
  port: number;
  /** null: made at the start, for this machine. */
  key: string | null;
  slotsPerRepository: number;
  allowedFolders: string[];
  /** How long a task waits for a slot, in ms. */
  waitMs: number;
};

type Values = { [K in keyof typeof repoPoolVariables]: z.output<(typeof repoPoolVariables)[K]> };

export function repoPoolSettings(values: Values, dataDir: string): RepoPoolSettings {
  const folders = values.TELLTALE_REPO_FOLDERS?.split(':').filter((folder) => folder !== '');
  return {
    folder: join(dataDir, 'repo-pool'),
    host: values.TELLTALE_REPO_POOL_HOST,
    port: values.TELLTALE_REPO_POOL_PORT,
    key: values.TELLTALE_REPO_POOL_KEY ?? null,
    slotsPerRepository: values.TELLTALE_REPO_SLOTS,
    allowedFolders: (folders ?? [join(dataDir, 'repositories')]).map((folder) => resolve(folder)),
    waitMs: values.TELLTALE_REPO_WAIT,
  };
}
