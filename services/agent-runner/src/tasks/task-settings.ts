import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { teamId } from '@telltale/contracts/http/query';
import { durationText } from '@telltale/runtime/units';
import { z } from 'zod';
import { builtInCrews } from '../crews/built-in-crews.ts';
import type { Crews } from '../crews/crew-profile.ts';
import { readCrews } from '../crews/read-crews.ts';

const defaultTeam = 'default';
const usualName = 'crews.yaml';

export const taskVariables = {
  TELLTALE_CREWS: z.string().min(1).optional(),
  TELLTALE_TEAM: teamId.optional(),
  TELLTALE_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'is not a postgres:// URL' }).optional(),
  TELLTALE_TASK_LEASE: durationText
    .default(30_000)
    .refine((ms) => ms >= 1_000 && ms <= 3_600_000, { error: 'is not between 1s and 1h' }),
};

export type TaskSettings = {
  /** As they are at the start. */
  crews: Crews;
  /** The file of crews that counts now; null where there is none. */
  crewsFile: () => string | null;
  /** Whose tasks; through a gateway and with a team's own key: undefined, the key's. */
  team: string | undefined;
  /** Where tasks are found without the gateway; null where there is only the gateway. */
  store: { databaseUrl: string; redisUrl: string; team: string } | null;
  /** How long a runner that is not heard of keeps a task, in ms. */
  leaseMs: number;
};

type Values = { [K in keyof typeof taskVariables]: z.output<(typeof taskVariables)[K]> } & {
  TELLTALE_REDIS_URL?: string | undefined;
};

/** The file that is named; else `crews.yaml` of the data folder, else of the current folder; null when there is none. */
function crewsFileOf(named: string | undefined, dataDir: string): string | null {
  if (named !== undefined) return resolve(named);
  return [join(dataDir, usualName), resolve(usualName)].find((file) => existsSync(file)) ?? null;
}

/** Throws a ConfigError with every problem of the crews' file. */
export function taskSettings(values: Values, dataDir: string): TaskSettings {
  const { TELLTALE_DATABASE_URL: databaseUrl, TELLTALE_REDIS_URL: redisUrl, TELLTALE_TEAM: team } = values;
  const beside = databaseUrl !== undefined && redisUrl !== undefined;
  const crewsFile = (): string | null => crewsFileOf(values.TELLTALE_CREWS, dataDir);
  return {
    crews: readCrews(crewsFile(), builtInCrews()),
    crewsFile,
    team,
    store: beside ? { databaseUrl, redisUrl, team: team ?? defaultTeam } : null,
    leaseMs: values.TELLTALE_TASK_LEASE,
  };
}
