import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { ServiceCallTracker } from '@telltale/sdk/metrics/service-call-tracker';
import { createRecorder } from '@telltale/sdk/recorder/recorder';
import { createMemorySpool } from '@telltale/sdk/spool/memory-spool';
import { createHttpTransport } from '@telltale/sdk/transport/http-transport';
import type { TaskRun } from '../tasks/task-hooks.ts';

/** Reports what the runner itself asks of the services around runs, each call as one of the run it was for. */
export function reportCalls(options: {
  url: string;
  key: string;
  team: string | undefined;
  clock: Clock;
  log: Log;
}): AsyncDisposable & { trackerFor(run: TaskRun): ServiceCallTracker } {
  const { url, key, team, clock, log } = options;
  const newId = createUuidV7(clock.now);
  const recorder = createRecorder({
    transport: createHttpTransport({ url, key, ...(team === undefined ? {} : { team }) }),
    // Of a runner that dies these few are lost; the work that they tell of is not.
    spool: createMemorySpool(newId()),
    identity: { agent_id: 'agent-runner' },
    newId,
    clock,
    log,
  });
  return {
    trackerFor({ taskId, runId, agentId, crewId, sessionId }) {
      const place = { agent_id: agentId, task_id: taskId, run_id: runId, crew_id: crewId };
      const whose = sessionId === null ? place : { ...place, session_id: sessionId };
      return new ServiceCallTracker({ sink: { record: (draft) => recorder.record({ ...draft, ...whose }) }, clock });
    },
    async [Symbol.asyncDispose]() {
      await recorder.close({ timeoutMs: 2_000 });
    },
  };
}
