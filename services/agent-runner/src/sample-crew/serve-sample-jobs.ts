import type { Clock } from '@telltale/runtime/clock';
import { createLifecycle } from '@telltale/runtime/lifecycle';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { openRecorder } from '@telltale/sdk/open-recorder';
import { createStreamTransport } from '@telltale/sdk/transport/stream-transport';
import { connectWriter, disconnect } from '@telltale/stream/connect';
import { createHeartbeat } from '@telltale/stream/heartbeat';
import { createIntakeGate, guardPublisher, type GateLimits } from '@telltale/stream/intake-gate';
import { createBatchPublisher } from '@telltale/stream/publish-batch';
import { createJobWorker } from '@telltale/stream/queues';
import { askSettled } from '@telltale/stream/settled';
import type { Environment } from '../run/child-environment.ts';
import type { Sampler } from '../tree/sampler.ts';
import { createStreamBudgetPort } from '../budgets/stream-budget-port.ts';
import { runSampleCrew } from './run-sample-crew.ts';

const heartbeatMs = 2_000;

/** For an agent-runner beside the stream: says that it lives, and runs the sample crew when a job asks for it. */
export async function serveSampleJobs({
  redisUrl,
  spoolRoot,
  intake,
  env,
  sampler,
  onCrews,
  clock,
  log,
}: {
  redisUrl: string;
  /** Where crews spool what they say. */
  spoolRoot: string;
  intake: GateLimits;
  env: Environment;
  sampler: Sampler;
  /** How many crews run now. */
  onCrews: (crews: number) => void;
  clock: Clock;
  log: Log;
}): Promise<AsyncDisposable> {
  const newId = createUuidV7(clock.now);
  const lifecycle = createLifecycle({ log });
  try {
    const redis = await connectWriter({ url: redisUrl, name: 'telltale-agent-runner' });
    lifecycle.defer('redis', () => disconnect(redis));
    let crews = 0;
    const counted = (change: number): void => {
      crews += change;
      onCrews(crews);
    };

    const heartbeat = createHeartbeat({ redis, service: 'agent-runner', instanceId: newId(), now: clock.now });
    lifecycle.defer('heartbeat', () => heartbeat.end());
    const beat = () => heartbeat.beat({ crews });
    lifecycle.use(
      'beating',
      startLoop({ name: 'heartbeat', turn: beat, everyMs: heartbeatMs, clock, log, maxBackoffMs: heartbeatMs }),
    );

    const gate = lifecycle.use('gate', createIntakeGate({ redis, limits: intake, clock, log }));
    const publisher = guardPublisher(createBatchPublisher(redis), gate);
    const { host } = new URL(redisUrl);
    /** Reports for one team, and what crews of it left that were killed. */
    const recorderFor = (teamId: string) =>
      openRecorder({
        transport: createStreamTransport({
          publisher,
          teamId,
          settled: (producerId) => askSettled(redis, { teamId, producerId }),
          clock,
        }),
        // Without the password that the URL may hold.
        url: `redis://${host}`,
        team: teamId,
        spoolRoot,
        identity: { agent_id: 'sample-crew' },
        newId,
        clock,
        log,
      });

    const sampleCrew = async ({ team_id }: { team_id: string }, signal: AbortSignal): Promise<void> => {
      const recorder = await recorderFor(team_id);
      counted(1);
      try {
        const emit = (record: Parameters<typeof recorder.record>[0]) => void recorder.record(record);
        const port = createStreamBudgetPort({ redis, teamId: team_id, clock });
        const terms = { port, producerId: recorder.producerId };
        await runSampleCrew({ emit, room: recorder.room, env, sampler, terms, newId, clock, log, signal });
      } finally {
        counted(-1);
        await recorder.close();
      }
    };
    lifecycle.use('jobs', await createJobWorker({ redisUrl, handlers: { sample_crew: sampleCrew }, log }));
    return lifecycle;
  } catch (error) {
    await lifecycle[Symbol.asyncDispose]();
    throw error;
  }
}
