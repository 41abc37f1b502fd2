import { z } from 'zod';
import { instant } from './query.ts';

export const serviceStatus = z.object({
  name: z.string(),
  status: z.enum(['connected', 'disconnected', 'healthy', 'unhealthy', 'not_configured']),
  details: z.string(),
});
export type ServiceStatus = z.output<typeof serviceStatus>;

/**
 * Always HTTP 200. `unhealthy` when PostgreSQL, Redis, every collector or every aggregator is down; `healthy` when all
 * that is configured is well; else `degraded`.
 */
export const systemHealth = z.object({
  overall_status: z.enum(['healthy', 'degraded', 'unhealthy']),
  timestamp: instant,
  service_statuses: z.array(serviceStatus),
});
export type SystemHealth = z.output<typeof systemHealth>;

/** `/livez`: the process answers. `/readyz`: also its stores do, else 503. */
export const liveness = z.object({ status: z.literal('ok') });
