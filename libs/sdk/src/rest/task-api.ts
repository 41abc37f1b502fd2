import { crewsAnswer, type announceCrewsBody } from '@telltale/contracts/http/crews';
import {
  endLeaseAnswer,
  leasesAnswer,
  renewAnswer,
  taskLease,
  type claimTaskBody,
  type endLeaseBody,
  type leaseTasksBody,
  type renewLeasesBody,
} from '@telltale/contracts/http/task-leases';
import {
  cancelTasksAnswer,
  taskArtifactAnswer,
  taskEventAnswer,
  taskOrder,
  type cancelTasksBody,
  type createTaskBody,
  type postTaskArtifactBody,
  type postTaskEventBody,
  type putTaskStatusBody,
} from '@telltale/contracts/http/task-orders';
import { z } from 'zod';
import { segment, type RestClient } from './rest-client.ts';

/** Tasks to be run, and what runners ask about them. */
export function createTaskApi({ get, post, put }: Pick<RestClient, 'get' | 'post' | 'put'>) {
  return {
    /** Work for a crew; with an `idempotency_key` the same request makes one task. */
    createTask: (body: z.input<typeof createTaskBody>) => post('/tasks', taskOrder, body),
    /** What decides about a task now; `task` says what was recorded of it. */
    taskState: (taskId: string) => get(`/tasks/${segment(taskId)}`, taskOrder),
    setTaskStatus: (taskId: string, body: z.input<typeof putTaskStatusBody>) =>
      put(`/tasks/${segment(taskId)}/status`, taskOrder, body),
    addTaskEvent: (taskId: string, body: z.input<typeof postTaskEventBody>) =>
      post(`/tasks/${segment(taskId)}/events`, taskEventAnswer, body),
    /** Names an artifact that lies elsewhere. */
    addTaskArtifact: (taskId: string, body: z.input<typeof postTaskArtifactBody>) =>
      post(`/tasks/${segment(taskId)}/artifacts`, taskArtifactAnswer, body),
    cancelTask: (taskId: string) => post(`/tasks/${segment(taskId)}/cancel`, taskOrder, {}),
    cancelTasks: (body: z.input<typeof cancelTasksBody>) => post('/tasks/cancel', cancelTasksAnswer, body),
    /** Takes a task that waits for a run of one's own; conflict when another run has it. Kept and ended like a lease. */
    claimTask: (taskId: string, body: z.input<typeof claimTaskBody>) =>
      post(`/tasks/${segment(taskId)}/claim`, taskLease, body),
    crews: () => get('/crews', crewsAnswer),
    announceCrews: (body: z.input<typeof announceCrewsBody>) => put('/crews', z.undefined(), body),
    leaseTasks: (body: z.input<typeof leaseTasksBody>) => post('/task-leases', leasesAnswer, body),
    heldTasks: (runnerId: string) => get('/task-leases', leasesAnswer, { runner_id: runnerId }),
    renewLeases: (body: z.input<typeof renewLeasesBody>) => put('/task-leases', renewAnswer, body),
    endLease: (runId: string, body: z.input<typeof endLeaseBody>) =>
      post(`/task-leases/${segment(runId)}/end`, endLeaseAnswer, body),
  };
}
