import type { Clock } from '@telltale/runtime/clock';
import { createLifecycle } from '@telltale/runtime/lifecycle';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { openRecorder } from '@telltale/sdk/open-recorder';
import { listSpools } from '@telltale/sdk/spool/list-spools';
import { startReplay } from '@telltale/sdk/spool/replay-spools';
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
  spools,
  intake,
  env,
  sampler,
  onCrews,
  clock,
  log,
}: {
  redisUrl: string;
  /** Where crews spool what they say, and for whom it is. */
  spools: { root: string; url: string };
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
    const { root, url } = spools;
    const transportFor = (teamId: string) =>
      createStreamTransport({
        publisher,
        teamId,
        settled: (producerId) => askSettled(redis, { teamId, producerId }),
        clock,
      });
    const replayed = new Set<string>();
    /** What crews of a team left, whose last words were not stored when they ended. */
    const replayFor = (team: string): void => {
      if (replayed.has(team)) return;
      replayed.add(team);
      lifecycle.use('replay', startReplay({ root, url, team, transport: transportFor(team), clock, log }));
    };
    for (const spool of await listSpools(root)) if (spool.url === url) replayFor(spool.team);
    const recorderFor = (team: string) => {
      replayFor(team);
      const whose = { url, team, spoolRoot: root, replay: false, identity: { agent_id: 'sample-crew' } };
      return openRecorder({ transport: transportFor(team), ...whose, newId, clock, log });
    };

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
