import type { Clock } from '@telltale/runtime/clock';
import { exposeMetrics } from '@telltale/runtime/expose-metrics';
import { createLifecycle } from '@telltale/runtime/lifecycle';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import { createMetrics } from '@telltale/runtime/metrics';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { createRecorder } from '@telltale/sdk/recorder/recorder';
import { createMemorySpool } from '@telltale/sdk/spool/memory-spool';
import { createStreamTransport } from '@telltale/sdk/transport/stream-transport';
import { connectWriter, disconnect } from '@telltale/stream/connect';
import { createHeartbeat } from '@telltale/stream/heartbeat';
import { createIntakeGate, guardPublisher } from '@telltale/stream/intake-gate';
import { createBatchPublisher } from '@telltale/stream/publish-batch';
import { createJobWorker } from '@telltale/stream/queues';
import { askSettled } from '@telltale/stream/settled';
import manifest from '../package.json' with { type: 'json' };
import type { AgentRunnerConfig } from './config.ts';
import { runSampleCrew } from './sample-crew/run-sample-crew.ts';
import { createSampler } from './tree/create-sampler.ts';

const heartbeatMs = 2_000;
/** The gateway's default: what publishes beside it backs off when it does. */
const intakeLimits = { lagMs: 600_000, teamShare: 0.5 };

/** Takes declared jobs and runs what they ask for, watched by the same library as `telltale run`. */
export async function createAgentRunner(options: {
  config: AgentRunnerConfig;
  clock: Clock;
  log: Log;
}): Promise<AsyncDisposable> {
  const { config, clock, log } = options;
  const { redisUrl, sampleIntervalMs, env } = config;
  const newId = createUuidV7(clock.now);
  const instanceId = newId();
  const lifecycle = createLifecycle({ log });
  try {
    const redis = await connectWriter({ url: redisUrl, name: 'telltale-agent-runner' });
    lifecycle.defer('redis', () => disconnect(redis));
    const sampler = lifecycle.use('sampler', createSampler({ clock, log, sampleIntervalMs }));
    let crews = 0;

    const heartbeat = createHeartbeat({ redis, service: 'agent-runner', instanceId, now: clock.now });
    lifecycle.defer('heartbeat', () => heartbeat.end());
    const beat = () => heartbeat.beat({ crews });
    lifecycle.use(
      'beating',
      startLoop({ name: 'heartbeat', turn: beat, everyMs: heartbeatMs, clock, log, maxBackoffMs: heartbeatMs }),
    );

    const metrics = createMetrics({ service: 'agent-runner', version: manifest.version });
    metrics.gauge({ name: 'telltale_crews_running', help: 'Crews that this instance runs now.' }, (gauge) =>
      gauge.set(crews),
    );
    lifecycle.use('metrics', await exposeMetrics({ metrics, host: config.host, port: config.metricsPort, log }));

    const gate = lifecycle.use('gate', createIntakeGate({ redis, limits: intakeLimits, clock, log }));
    const publisher = guardPublisher(createBatchPublisher(redis), gate);
    /** Reports for one team, from memory: what a crew says in its seconds is behind the door when it ends. */
    const openRecorder = (teamId: string) =>
      createRecorder({
        transport: createStreamTransport({
          publisher,
          teamId,
          settled: (producerId) => askSettled(redis, { teamId, producerId }),
          clock,
        }),
        spool: createMemorySpool(newId()),
        identity: { agent_id: 'sample-crew' },
        newId,
        clock,
        log,
      });

    const sampleCrew = async ({ team_id }: { team_id: string }, signal: AbortSignal): Promise<void> => {
      const recorder = openRecorder(team_id);
      crews += 1;
      try {
        const emit = (record: Parameters<typeof recorder.record>[0]) => void recorder.record(record);
        await runSampleCrew({ emit, room: recorder.room, env, sampler, newId, clock, log, signal });
      } finally {
        crews -= 1;
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
