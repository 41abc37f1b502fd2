import type { createTaskApi } from '@telltale/sdk/rest/task-api';
import type { TaskSource } from './task-source.ts';

type Api = Pick<
  ReturnType<typeof createTaskApi>,
  'announceCrews' | 'leaseTasks' | 'heldTasks' | 'renewLeases' | 'endLease'
>;

/** Tasks through the gateway, for a runner that has nothing but its address and a key. `apiUntil`: asks until aborted. */
export function createHttpTaskSource({ apiUntil }: { apiUntil: (signal: AbortSignal | undefined) => Api }): TaskSource {
  const api = apiUntil(undefined);
  return {
    async announce(said) {
      await api.announceCrews(said);
    },
    lease: async (wish, signal) => (await apiUntil(signal).leaseTasks(wish)).leases,
    held: async (runnerId) => (await api.heldTasks(runnerId)).leases,
    renew: async (runnerId, leases) =>
      leases.length === 0 ? [] : (await api.renewLeases({ runner_id: runnerId, leases: [...leases] })).leases,
    end: (runId, end) => api.endLease(runId, end),
  };
}
