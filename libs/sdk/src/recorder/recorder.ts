import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import type { Spool, SpooledBatch } from '../spool/spool.ts';
import type { BatchTransport } from '../transport/transport.ts';
import { createBatcher, type Batcher, type BatcherLimits } from './batcher.ts';
import type { Identity, RecordDraft } from './draft.ts';
import { lanes, type Lane } from './lane.ts';
import { prepareRecord } from './prepare-record.ts';
import { createProducer } from './producer.ts';
import type { ProducerStats } from './producer-stats.ts';

export type RecorderLimits = Partial<BatcherLimits>;

export type RecorderDeps = {
  transport: BatchTransport;
  spool: Spool;
  /** Where records come from unless the draft says otherwise. */
  identity: Identity;
  /** Makes UUIDv7s that rise within the process. */
  newId: () => string;
  clock: Clock;
  log: Log;
  random?: () => number;
  /** Of one batch; 500 records, 1 MiB and 200 ms unless given. */
  limits?: RecorderLimits;
};

/** How a recorder ended. `unsent` records lie in the spool for the next process of this machine. */
export type CloseReport = ProducerStats & { last_seq: number };

/** The part of a recorder that code which only reports needs. */
export type RecordSink = {
  /**
   * Takes one record. Never throws and never waits. Returns its id, or null when it was dropped (closed, invalid or
   * too large), which is counted.
   */
  record(draft: RecordDraft): string | null;
};

const defaultLimits: BatcherLimits = { records: 500, bytes: 1024 * 1024, lingerMs: 200 };

/** A producer of telemetry: fills records in, gathers them in numbered batches, spools them and sends them. */
export function createRecorder({
  transport,
  spool,
  identity,
  newId,
  clock,
  log,
  random = Math.random,
  limits = {},
}: RecorderDeps) {
  const producer = createProducer({ transport, spool, clock, log, random });
  const batcherOf = (lane: Lane): Batcher =>
    createBatcher({
      clock,
      limits: { ...defaultLimits, ...limits },
      blocked: producer.isBlocked,
      seal: (records) => producer.issueBatch(lane, records),
    });
  const batchers: Record<Lane, Batcher> = {
    sample: batcherOf('sample'),
    log: batcherOf('log'),
    kept: batcherOf('kept'),
  };
  let closing: Promise<CloseReport> | undefined;

  const recordAs = (who: Identity, draft: RecordDraft): string | null => {
    producer.count(1);
    if (closing !== undefined) {
      producer.drop('closed', 1);
      return null;
    }
    try {
      const made = prepareRecord(draft, { identity: who, id: newId(), at: new Date(clock.now()).toISOString() });
      if (made.ok) {
        batchers[made.prepared.lane].add(made.prepared);
        return made.prepared.id;
      }
      log.warn({ kind: draft.kind, problem: made.problem }, 'a record was dropped: it is not valid');
      producer.drop(made.reason, 1);
    } catch (error) {
      // What cannot be serialised (a cycle, a throwing getter) is the caller's mistake, but never the caller's crash.
      log.warn({ err: error }, 'a record was dropped: it cannot be serialised');
      producer.drop('invalid', 1);
    }
    return null;
  };

  const sealAll = (): void => {
    for (const lane of lanes) batchers[lane].sealNow();
  };

  const closeNow = async (timeoutMs: number): Promise<CloseReport> => {
    sealAll();
    return producer.close(timeoutMs);
  };

  return {
    producerId: spool.producerId,
    record: (draft: RecordDraft): string | null => recordAs(identity, draft),
    /** The same producer speaking for somebody else, such as one run of many. */
    as(other: Identity): RecordSink {
      const who = { ...identity, ...other };
      return { record: (draft) => recordAs(who, draft) };
    },
    /**
     * Resolves when the disk keeps up with what was recorded. `record` never waits; a caller that can (one that reads a
     * pipe, say) waits here between bursts, or records beyond 32 MiB in memory are dropped and counted.
     */
    room: (): Promise<void> => producer.room(),
    /** Resolves when everything recorded so far is behind the door, or `timeoutMs` (10 s) have passed: then false. */
    async flush(timeoutMs = 10_000): Promise<boolean> {
      sealAll();
      return producer.drained(timeoutMs);
    },
    /**
     * Sends what is pending, waiting at most `timeoutMs` (10 s; less when the door does not answer), and closes the
     * spool. Never throws; what was not sent stays in the spool.
     */
    close({ timeoutMs = 10_000 }: { timeoutMs?: number } = {}): Promise<CloseReport> {
      closing ??= closeNow(timeoutMs);
      return closing;
    },
    /** For a process that ends this very moment: what is not known to be on the disk. */
    leave: (): SpooledBatch[] =>
      producer.leave(
        lanes.map((lane) => ({ lane, records: batchers[lane].take() })).filter(({ records }) => records.length > 0),
      ),
    stats: (): ProducerStats => producer.stats(),
    /** Highest seq known to be stored with all below it; 0 before the first. */
    settledSeq: (): number => producer.stats().settled_seq,
    lastSeq: (): number => producer.lastSeq(),
  };
}
export type Recorder = ReturnType<typeof createRecorder>;
