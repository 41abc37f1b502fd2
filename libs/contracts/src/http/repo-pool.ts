import { z } from 'zod';
import { name, text } from '../text.ts';
import { instant } from './query.ts';

/** Longest wait for a slot, in seconds. */
export const longestSlotWait = 3_600;

/** `POST /slots` of a repo pool. */
export const allocateSlotBody = z.strictObject({
  repo_url: text(2_000).min(1),
  /** Who will work in it: a task or a person, for whoever looks at the pool. */
  required_by: name,
  /** Longest wait for a free slot, the clone or fetch included. */
  timeout_seconds: z.number().positive().max(longestSlotWait).default(60),
  /** A process of the pool's machine: when it is gone, the slot comes back. */
  holder_pid: z.int().positive().optional(),
  /** The slot comes back after so many seconds unless it is asked for again; an hour without a process. */
  lease_seconds: z
    .number()
    .positive()
    .max(7 * 86_400)
    .optional(),
  /** Made by the caller: a request that is sent again is answered with the slot that it got, and renews its lease. */
  request_id: z.uuid().optional(),
});
export type AllocateSlotBody = z.input<typeof allocateSlotBody>;

export const slotAllocation = z.object({
  slot_id: z.string(),
  /** The working tree, absolute. */
  path: z.string(),
  /** Made for this allocation and checked out. */
  branch: z.string(),
  /** What the branch began at: the newest commit of the repository's default branch. */
  commit: z.string(),
});
export type SlotAllocation = z.output<typeof slotAllocation>;

export const slotStatus = z.object({
  slot_id: z.string(),
  state: z.enum(['free', 'allocated', 'cleaning', 'broken']),
  required_by: z.string().nullable(),
  /** Since when it is in this state. */
  since: instant,
});
export type SlotStatus = z.output<typeof slotStatus>;

export const slotsAnswer = z.object({ slots: z.array(slotStatus.extend({ repo_url: z.string() })) });
export type SlotsAnswer = z.output<typeof slotsAnswer>;
