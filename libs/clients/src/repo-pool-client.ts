import { randomUUID } from 'node:crypto';
import {
  longestSlotWait,
  slotAllocation,
  slotStatus,
  type SlotAllocation,
  type SlotStatus,
} from '@telltale/contracts/http/repo-pool';
import { z } from 'zod';
import {
  createServiceCaller,
  type HealthResult,
  type ServiceCaller,
  type ServiceClientOptions,
} from './service-caller.ts';

const defaultWaitSeconds = 60;

export type SlotOptions = {
  signal?: AbortSignal;
  /** A request of the same id is answered with the slot that it got, also by another process. */
  requestId?: string;
  /** The process that works in the slot; this one unless given. */
  holderPid?: number;
  /** The slot comes back after so long unless the request comes again. */
  leaseSeconds?: number;
};

/** Slots of repositories, lent by the repo pool of this machine. The pool takes a slot back when this process is gone. */
export class RepoPoolClient implements AsyncDisposable {
  readonly #caller: ServiceCaller;

  constructor(options: ServiceClientOptions) {
    this.#caller = createServiceCaller('repo-pool', options);
  }

  /**
   * A working tree of the repository, clean and on a branch of its own. Waits up to `timeoutSeconds` (60) for one; then
   * it fails with `SLOT_TIMEOUT`, which is not tried again.
   */
  allocateSlot(
    repoUrl: string,
    requiredBy: string,
    timeoutSeconds: number = defaultWaitSeconds,
    { signal, requestId = randomUUID(), holderPid = process.pid, leaseSeconds }: SlotOptions = {},
  ): Promise<SlotAllocation> {
    const timeout_seconds = Math.min(timeoutSeconds, longestSlotWait);
    const wish = { repo_url: repoUrl, required_by: requiredBy, timeout_seconds };
    // The same id in each try: an answer that got lost is given again, not a second slot.
    const json = { ...wish, holder_pid: holderPid, lease_seconds: leaseSeconds, request_id: requestId };
    const request = { operation: 'allocateSlot', method: 'POST', path: '/slots', json, signal } as const;
    return this.#caller.call({ ...request, extraMs: timeout_seconds * 1_000 }, slotAllocation);
  }

  /** Gives a slot back; the pool cleans it. Giving it back twice is fine. */
  async releaseSlot(slotId: string): Promise<void> {
    const path = `/slots/${encodeURIComponent(slotId)}`;
    await this.#caller.call({ operation: 'releaseSlot', method: 'DELETE', path }, z.undefined());
  }

  getSlotStatus(slotId: string): Promise<SlotStatus> {
    const path = `/slots/${encodeURIComponent(slotId)}`;
    return this.#caller.call({ operation: 'getSlotStatus', method: 'GET', path }, slotStatus);
  }

  healthCheck(): Promise<HealthResult> {
    return this.#caller.health('/livez');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#caller[Symbol.asyncDispose]();
  }
}
