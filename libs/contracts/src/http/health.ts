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

/** One look at something, as it went. */
export const deepCheck = z.object({
  name: z.string(),
  status: z.enum(['healthy', 'unhealthy', 'not_configured']),
  /** Without it nothing is taken or shown. */
  critical: z.boolean(),
  /** null when nothing was asked. */
  latency_ms: z.number().nullable(),
  details: z.string().nullable(),
  error: z.string().nullable(),
});
export type DeepCheck = z.output<typeof deepCheck>;

/** Always HTTP 200. `unhealthy` when something critical is, else `degraded` when anything is. */
export const deepHealth = z.object({
  overall_status: z.enum(['healthy', 'degraded', 'unhealthy']),
  timestamp: instant,
  checks: z.array(deepCheck),
});
export type DeepHealth = z.output<typeof deepHealth>;

/** `/livez`: the process answers. `/readyz`: also its stores do, else 503. */
export const liveness = z.object({ status: z.literal('ok') });
