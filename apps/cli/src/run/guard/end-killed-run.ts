import { endLeftBehind } from '@telltale/agent-runner/keeper/end-left-behind';
import { runNote } from '@telltale/agent-runner/keeper/run-notes';
import { createSampler } from '@telltale/agent-runner/tree/create-sampler';
import { systemClock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { openRecorder } from '@telltale/sdk/open-recorder';
import { createRestClient } from '@telltale/sdk/rest/rest-client';
import { createTaskApi } from '@telltale/sdk/rest/task-api';
import { listSpools } from '@telltale/sdk/spool/list-spools';
import { createHttpTransport } from '@telltale/sdk/transport/http-transport';
import { z } from 'zod';
import type { Context } from '../../context.ts';
import { findTarget } from '../../instance/find-instance.ts';
import { spoolFolder } from '../../state-folder.ts';
import { heldBy } from '@telltale/agent-runner/task-artifacts/hold-task';

/** What a `telltale run` leaves word of for when it is killed. */
export const killedRun = z.object({
  note: runNote,
  /** How its gateway was named. */
  flags: z.object({ url: z.string().optional(), apiKeyFile: z.string().optional(), dataDir: z.string().optional() }),
  /** Chooses the team of an operator's key. */
  team: z.string().optional(),
  /** In whose spool what it told waits. */
  producer_id: z.string(),
  /** Of its task, where the run tells of it: by its own records, or by the lease that it holds. */
  task: z.object({ attempt: z.int().optional(), told_by: z.enum(['run', 'lease']) }).nullable(),
});
export type KilledRun = z.output<typeof killedRun>;

const lastSendMs = 10_000;
/** What was in the spool of the killed one is sent by the replay; beyond this it waits for the next run. */
const replayMs = 60_000;
const lookMs = 250;
const sampleMs = 1_000;
const why = 'the telltale run that watched it was killed';

/** Ends the processes that a killed `telltale run` left, tells that the run is lost, and sends what waits in its spool. */
export async function endKilledRun(killed: KilledRun, env: Context['env']): Promise<void> {
  const { note, flags, team: named, producer_id: producer, task } = killed;
  const clock = systemClock;
  const log = createLog({ service: 'run', level: 'silent' });
  const { url, apiKey: key } = findTarget(flags, env, { evenStopped: true });
  const team = named === undefined ? {} : { team: named };
  const newId = createUuidV7();
  const spoolRoot = spoolFolder(env);
  const identity = { ...note.identity, run_id: note.run_id };
  const transport = createHttpTransport({ url, key, ...team });
  const recorder = await openRecorder({
    transport,
    url,
    team: note.team_id,
    spoolRoot,
    identity,
    newId,
    clock,
    log,
  });
  const { task_id: taskId } = note.identity;
  if (taskId !== undefined && task?.told_by === 'run') {
    const attempt = task.attempt === undefined ? {} : { attempt: task.attempt };
    // Before the end: whatever is told of a run after its loss takes the loss back.
    recorder.record({
      kind: 'task_event',
      event_type: 'status',
      status: 'FAILED',
      error_message: why,
      ...attempt,
    });
    await clock.sleep(1);
  }
  await using sampler = createSampler({ clock, log, sampleIntervalMs: sampleMs });
  const hurry = new AbortController().signal;
  await endLeftBehind({ note, sampler, recorder, hurry, clock, log });
  if (taskId !== undefined && task?.told_by === 'lease') {
    const end = { runner_id: heldBy(note.run_id), task_id: taskId, end_reason: 'lost', error_message: why } as const;
    // Where nobody hears it the lease runs out.
    await createTaskApi(createRestClient({ url, key, ...team, timeoutMs: lastSendMs }))
      .endLease(note.run_id, end)
      .catch(() => undefined);
  }
  const until = clock.monotonic() + replayMs;
  const waits = async (): Promise<boolean> =>
    (await listSpools(spoolRoot)).some(
      ({ producer_id, last_seq, settled_seq }) =>
        producer_id === producer && (last_seq === null || settled_seq < last_seq),
    );
  while (clock.monotonic() < until && (await waits())) await clock.sleep(lookMs);
  await recorder.close({ timeoutMs: lastSendMs });
}
