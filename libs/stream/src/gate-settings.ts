import { durationText } from '@telltale/runtime/units';
import { z } from 'zod';
import type { GateLimits } from './intake-gate.ts';

/** Variables of everything that publishes: the gateway and who is deployed beside it close their doors together. */
export const gateVariables = {
  TELLTALE_MAX_STREAM_LAG: durationText.default(600_000),
  TELLTALE_TEAM_SHARE: z
    .string()
    .regex(/^(?:100|[1-9]\d?)%$/, { error: 'is not a percentage from 1% to 100%' })
    .transform((text) => Number(text.slice(0, -1)) / 100)
    .default(0.5),
};

type Values = { [K in keyof typeof gateVariables]: z.output<(typeof gateVariables)[K]> };

export const gateLimits = (values: Values): GateLimits => ({
  lagMs: values.TELLTALE_MAX_STREAM_LAG,
  teamShare: values.TELLTALE_TEAM_SHARE,
});
