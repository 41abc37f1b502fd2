import { isAlive, processOf, type ProcessIdentity } from '@telltale/sdk/spool/process-identity';
import { z } from 'zod';

/** Who has a slot: a process of this machine, or whoever comes back for it before a time (epoch ms). */
export const holder = z.union([
  z.object({ pid: z.int(), start_time: z.string().nullable() }),
  z.object({ until: z.number() }),
]);
export type Holder = z.output<typeof holder>;

/** A process that is gone already holds nothing: null. */
export function holderOf(pid: number | undefined, leaseMs: number, now: number): Holder | null {
  if (pid === undefined) return { until: now + leaseMs };
  const identity: ProcessIdentity = processOf(pid);
  return isAlive(identity) ? identity : null;
}

export const isHeld = (one: Holder, now: number): boolean => ('until' in one ? now < one.until : isAlive(one));
