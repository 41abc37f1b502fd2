import { z } from 'zod';
import { count } from '../text.ts';
import { instant, periodQuery, teamQuery } from './query.ts';

/** One route of the gateway, all gateways of the instance and all teams together. */
export const endpointRow = z.object({
  /** As declared, with `:names` in place of ids. */
  route: z.string(),
  method: z.string(),
  requests: count,
  errors_4xx: count,
  errors_5xx: count,
  /** Answers of 400 and above, 0–100. */
  error_rate: z.number(),
  p50_ms: z.number(),
  p90_ms: z.number(),
  p99_ms: z.number(),
});
export type EndpointRow = z.output<typeof endpointRow>;

export const endpointsQuery = z.strictObject({ ...teamQuery, ...periodQuery });
export const endpointsAnswer = z.object({
  /** null: since ever. */
  period_start: instant.nullable(),
  period_end: instant,
  /** Most requested first. */
  endpoints: z.array(endpointRow),
});
