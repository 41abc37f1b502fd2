import type { ServiceStatus } from '@telltale/contracts/http/health';
import { z } from 'zod';

/** How an aggregator keeps the days of the records; part of its heartbeat. */
const upkeep = z.object({
  partitions_refused: z.number(),
  retention: z.object({ over_size: z.boolean(), waiting: z.number(), quarantined: z.number() }).nullable(),
});

/** What is wrong with the days, of a heartbeat's details; null when nothing is. The aggregator itself works all the same. */
export function dayTroubleOf(details: Record<string, unknown>): string | null {
  const days = upkeep.safeParse(details).data;
  if (days === undefined) return null;
  if (days.partitions_refused > 0)
    return `${days.partitions_refused} days have no partition: their rows lie in default ones until the next retention`;
  return days.retention?.over_size === true
    ? 'the records take more than TELLTALE_RETENTION_SIZE and no day may go: raise it, or what cannot be folded is the cause'
    : null;
}

/** Rows of default partitions, to be read after what else is said of an aggregator. */
export function straysOf(details: Record<string, unknown>): string {
  const { waiting = 0, quarantined = 0 } = upkeep.safeParse(details).data?.retention ?? {};
  const waits = waiting === 0 ? '' : `, ${waiting} rows wait for a partition of their day`;
  return quarantined === 0 ? waits : `${waits}, ${quarantined} rows claim times outside the window of days`;
}

/** A line of its own where something is wrong: every aggregator says so, and none of them is down for it. */
export const dayLines = (troubles: readonly (string | null | undefined)[]): ServiceStatus[] =>
  troubles
    .flatMap((trouble) => trouble ?? [])
    .slice(0, 1)
    .map((details) => ({ name: 'days', status: 'unhealthy', details }));
