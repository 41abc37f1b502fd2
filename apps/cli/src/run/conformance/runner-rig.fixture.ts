import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BudgetPort } from '@telltale/agent-runner/budgets/budget-port';
import { createGatewayBudgetPort } from '@telltale/agent-runner/budgets/gateway-budget-port';
import { createStreamBudgetPort } from '@telltale/agent-runner/budgets/stream-budget-port';
import { plainEnvironment, quietLog } from '@telltale/agent-runner/test-support/watch-command';
import type { RunControl } from '@telltale/agent-runner/run/run-control';
import type { RunWatchedOptions } from '@telltale/agent-runner/run/run-options';
import { runWatched } from '@telltale/agent-runner/run/run-watched';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import type { TestGateway } from '@telltale/gateway/test-support/test-gateway';
import { systemClock } from '@telltale/runtime/clock';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { openRecorder } from '@telltale/sdk/open-recorder';
import { createHttpTransport } from '@telltale/sdk/transport/http-transport';
import { createStreamTransport } from '@telltale/sdk/transport/stream-transport';
import type { BatchTransport } from '@telltale/sdk/transport/transport';
import { decodeBatch, entryFields } from '@telltale/stream/batch-codec';
import { until } from '@telltale/testkit/until';
import type { StreamConnection } from '@telltale/stream/connect';
import { keys, recordShards } from '@telltale/stream/keys';
import { createBatchPublisher } from '@telltale/stream/publish-batch';

export type Way = 'gateway' | 'redis';

/** For all that comes over the wire. */
export const patience = { timeoutMs: 40_000, everyMs: 100 };

/** The words of a run's events. */
export const story = (records: readonly TelemetryRecord[]): string[] =>
  records.flatMap((record) =>
    record.kind === 'run_event'
      ? [[record.event, record.limit, record.step, record.reason].filter((word) => word !== undefined).join(' ')]
      : [],
  );

/** A runner that reports by one of the two ways, and what of its team has arrived in the stream behind both. */
export async function openRunner({
  t,
  redis,
  team,
  way,
}: {
  t: TestGateway;
  redis: StreamConnection;
  team: string;
  way: Way;
}) {
  const { authorization } = await t.as(team, 'runner', 'admin', 'read');
  const key = authorization.replace('Bearer ', '');
  const { url } = t.gateway;
  const newId = createUuidV7();
  const transport: BatchTransport =
    way === 'gateway'
      ? createHttpTransport({ url, key })
      : createStreamTransport({
          publisher: createBatchPublisher(redis),
          teamId: team,
          clock: systemClock,
          settled: async () => ({ stored_seq: 0, first_gap: null, store_epoch: null, closed: false }),
        });
  const port: BudgetPort =
    way === 'gateway'
      ? createGatewayBudgetPort({ url, key, team: undefined })
      : createStreamBudgetPort({ redis, teamId: team, clock: systemClock });
  const folder = mkdtempSync(join(tmpdir(), 'telltale-conformance-'));
  const identity = { agent_id: 'builder' };
  const spoolRoot = join(folder, 'spool');
  const recorder = await openRecorder({
    transport,
    url,
    team,
    spoolRoot,
    identity,
    newId,
    clock: systemClock,
    log: quietLog,
  });
  const running = new Map<string, RunControl>();

  /** Records of a run as they lie in the stream, by the time they are of. */
  const arrived = async (runId: string): Promise<TelemetryRecord[]> => {
    const found: TelemetryRecord[] = [];
    for (const shard of recordShards) {
      for (const [, fields] of await redis.xrangeBuffer(keys.batches(shard), '-', '+')) {
        const payload = fields[fields.findIndex((field) => field.toString() === entryFields.payload) + 1];
        const decoded = decodeBatch(payload ?? Buffer.alloc(0));
        if (!decoded.ok || decoded.batch.team_id !== team) continue;
        found.push(...decoded.batch.records.filter((record) => record.run_id === runId));
      }
    }
    return found.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : 1));
  };

  return {
    team,
    databaseUrl: t.databaseUrl,
    folder,
    url,
    key,
    running,
    recorder,
    newId,
    /** Runs a program as a runner does, with all that is said of it on its way. */
    run(argv: readonly string[], options: Partial<RunWatchedOptions> = {}) {
      const runId = newId();
      const ended = runWatched({
        argv,
        cwd: folder,
        env: plainEnvironment,
        identity: { ...identity, run_id: runId },
        streams: { stdin: 'ignore', stdout: null, stderr: null, terminal: false },
        sampleIntervalMs: 250,
        graceMs: 300,
        handBackMs: 300,
        terms: { port, producerId: recorder.producerId },
        emit: (record) => void recorder.record(record),
        room: () => recorder.room(),
        onRunning: (control) => running.set(runId, control),
        clock: systemClock,
        log: quietLog,
        ...options,
      });
      return { runId, ended };
    },
    arrived,
    /** All records of a run that is over, once nothing is on its way (batches travel beside each other) and `enough` is there. */
    async untilEnded(runId: string, enough: (records: TelemetryRecord[]) => boolean = () => true) {
      await until(() => recorder.flush(), { ...patience, what: `what is told of ${runId} by way of the ${way}` });
      return until(
        async () => {
          const records = await arrived(runId);
          const ended = records.some((record) => record.kind === 'run_event' && record.event === 'ended');
          return ended && enough(records) ? records : null;
        },
        { ...patience, what: `the end of ${runId} by way of the ${way}` },
      );
    },
    async [Symbol.asyncDispose]() {
      await recorder.close({ timeoutMs: 1_000 });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
export type Runner = Awaited<ReturnType<typeof openRunner>>;
/** What a runner does, tried with one that reports by one of the two ways. */
export type Feature = (runner: Runner) => Promise<void>;
