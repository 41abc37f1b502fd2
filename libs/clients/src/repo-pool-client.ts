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
    signal?: AbortSignal,
  ): Promise<SlotAllocation> {
    const timeout_seconds = Math.min(timeoutSeconds, longestSlotWait);
    const wish = { repo_url: repoUrl, required_by: requiredBy, timeout_seconds };
    // The same id in each try: an answer that got lost is given again, not a second slot.
    const json = { ...wish, holder_pid: process.pid, request_id: randomUUID() };
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
