import { isAlive, processOf, type ProcessIdentity } from '@telltale/sdk/spool/process-identity';
import { z } from 'zod';

/** Who has a slot: a process of this machine, whoever comes back before a time (epoch ms), or both at once. */
export const holder = z.object({
  process: z.object({ pid: z.int(), start_time: z.string().nullable() }).nullable(),
  until: z.number().nullable(),
});
export type Holder = z.output<typeof holder>;

/** Without a process and without a lease a slot comes back after so long. */
const usualLeaseMs = 3_600_000;

/** null: the process is gone already, and holds nothing. */
export function holderOf(
  { pid, leaseMs }: { pid: number | undefined; leaseMs: number | undefined },
  now: number,
): Holder | null {
  const lease = leaseMs ?? (pid === undefined ? usualLeaseMs : null);
  const until = lease === null ? null : now + lease;
  if (pid === undefined) return { process: null, until };
  const identity: ProcessIdentity = processOf(pid);
  return isAlive(identity) ? { process: identity, until } : null;
}

export const isHeld = ({ process, until }: Holder, now: number): boolean =>
  (until === null || now < until) && (process === null || isAlive(process));

/** After the pool was away nobody could have renewed a lease: a living process gets a while to do so. */
export const afterAbsence = (one: Holder, now: number, graceMs: number): Holder =>
  one.process === null || one.until === null ? one : { ...one, until: Math.max(one.until, now + graceMs) };
