import { gateLimits, gateVariables } from '@telltale/stream/gate-settings';
import { z } from 'zod';

/** How much may come in: of all together, and of one team. */
export type IntakeSettings = {
  /** Age of the oldest batch not stored, in ms, from which on nothing is taken. */
  maxLagMs: number;
  /** Part (0–1) of the usable stream that one team's unstored batches may fill. */
  teamShare: number;
  /** Records a second that a team may send to this gateway; null: as many as it can. */
  teamRate: number | null;
  /** Teams with a rate of their own. */
  teamRates: ReadonlyMap<string, number>;
};

const rate = z.coerce.number({ error: 'is not a number of records a second' }).positive().max(1e9);
const ratePair = /^([^=]+)=(\d+(?:\.\d+)?)$/;

/** The variables of the way in. */
export const intakeVariables = {
  ...gateVariables,
  TELLTALE_TEAM_RATE: z
    .union([z.literal('off'), rate], { error: 'is neither off nor records a second' })
    .default(25_000),
  TELLTALE_TEAM_RATES: z
    .string()
    .transform((list) => list.split(',').map((item) => ratePair.exec(item.trim())))
    .refine((pairs) => pairs.every((pair) => pair !== null), { error: 'is not a list such as red=5000,blue=100000' })
    .transform((pairs) => new Map(pairs.map((pair) => [pair?.[1]?.trim() ?? '', Number(pair?.[2])])))
    .optional(),
};

type Values = { [K in keyof typeof intakeVariables]: z.output<(typeof intakeVariables)[K]> };

export function intakeSettings(values: Values): IntakeSettings {
  const { lagMs: maxLagMs, teamShare } = gateLimits(values);
  return {
    maxLagMs,
    teamShare,
    teamRate: values.TELLTALE_TEAM_RATE === 'off' ? null : values.TELLTALE_TEAM_RATE,
    teamRates: values.TELLTALE_TEAM_RATES ?? new Map(),
  };
}
