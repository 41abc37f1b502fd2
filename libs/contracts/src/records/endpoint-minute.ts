import { z } from 'zod';
import { count, name } from '../text.ts';
import { common } from './common.ts';

/** One minute of the gateway's own traffic on one route. */
export const endpointMinute = z.object({
  ...common,
  kind: z.literal('endpoint_minute'),
  /** The route's pattern, never a path with ids. */
  route: name,
  method: name,
  requests: count,
  errors_4xx: count,
  errors_5xx: count,
  /** Latency bin (ceil(ln(ms)/ln(1.02))) → requests; "z" holds those of 0 ms and below. */
  latency_bins: z.record(z.string().regex(/^(?:z|-?\d{1,5})$/), count),
});
