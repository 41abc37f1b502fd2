import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { ServiceCallTracker } from '@telltale/sdk/metrics/service-call-tracker';
import { openRecorder } from '@telltale/sdk/open-recorder';
import { teamOfKey } from '@telltale/sdk/spool/team-of-key';
import { createHttpTransport } from '@telltale/sdk/transport/http-transport';
import type { TaskRun } from '../tasks/task-hooks.ts';

/** Reports what the runner itself asks of the services around runs, each call as one of the run it was for. */
export async function reportCalls(options: {
  url: string;
  key: string;
  team: string | undefined;
  spoolRoot: string;
  clock: Clock;
  log: Log;
}): Promise<AsyncDisposable & { trackerFor(run: TaskRun): ServiceCallTracker }> {
  const { url, key, team, spoolRoot, clock, log } = options;
  const newId = createUuidV7(clock.now);
  const recorder = await openRecorder({
    transport: createHttpTransport({ url, key, ...(team === undefined ? {} : { team }) }),
    url,
    team: team ?? teamOfKey(key),
    spoolRoot,
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
