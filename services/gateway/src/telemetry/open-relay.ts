import type { StreamBatch } from '@telltale/contracts/batch';
import type { Clock } from '@telltale/runtime/clock';
import { ConfigError } from '@telltale/runtime/config';
import type { Failpoint } from '@telltale/runtime/failpoints';
import type { Log } from '@telltale/runtime/log';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { readBatchStates, type Db } from '@telltale/store/read';
import type { StreamConnection } from '@telltale/stream/connect';
import { createBatchPublisher, publishEncoded, type EncodedBatch } from '@telltale/stream/publish-batch';
import { readSettled } from '@telltale/stream/settled';
import { openRelaySpool, type RelayLimits } from './relay/relay-spool.ts';
import { settleRelay } from './relay/settle-relay.ts';
import type { Relay } from './relay.ts';
import { spoolRelay } from './spool-relay.ts';

const defaultLimits: RelayLimits = {
  bytes: 1024 ** 3,
  fileBytes: 16 * 1024 * 1024,
  retainMs: 24 * 3_600_000,
};

export type OpenRelayOptions = {
  /** Holds the spools of this machine's gateways; what dead ones left is taken over. */
  root: string;
  db: Db;
  redis: StreamConnection;
  clock: Clock;
  log: Log;
  onAccepted: (batch: StreamBatch) => void;
  onLate?: (batch: StreamBatch) => void;
  limits?: Partial<RelayLimits>;
  failpoint?: Failpoint;
};

const unwritable = (root: string, error: unknown): ConfigError => {
  const why = error instanceof Error ? error.message : String(error);
  return new ConfigError([
    `TELLTALE_DATA_DIR: the gateway cannot keep what it takes in ${root} (${why}); name a folder that it may write`,
  ]);
};

export type OpenRelay = Relay &
  AsyncDisposable & { /** Batches that the ledger is not known to have. */ unstored(): number };

/** The way in through this gateway: what it takes is on its own disk and in the stream. Rejects when it cannot write. */
export async function openRelay(options: OpenRelayOptions): Promise<OpenRelay> {
  const { root, db, redis, clock, log, onAccepted, onLate = () => {}, failpoint = () => {} } = options;
  const instanceId = createUuidV7(clock.now)();
  const limits = { ...defaultLimits, ...options.limits };
  const spool = await openRelaySpool({ root, instanceId, limits, clock, log }).catch((error: unknown) => {
    throw unwritable(root, error);
  });
  if (spool.count() > 0) log.info({ batches: spool.count() }, 'a gateway before this one left batches');
  const publish = async (batch: EncodedBatch) => {
    await failpoint('gateway.before_publish');
    const entry = await publishEncoded(redis, batch);
    await failpoint('gateway.after_publish');
    return entry;
  };
  const settling = settleRelay({
    spool,
    readStates: async (keys) => {
      const states = await readBatchStates(db, keys);
      await failpoint('gateway.before_forget');
      return states;
    },
    exists: createBatchPublisher(redis).exists,
    publish,
    clock,
    log,
  });
  const relay = spoolRelay({
    spool,
    publish,
    storedSeq: async (teamId, producerId) => (await readSettled(redis, { teamId, producerId }))?.stored_seq ?? null,
    stateOf: async (key) => (await readBatchStates(db, [key])).states[0] ?? { state: 'unknown' },
    clock,
    onAccepted,
    onLate,
  });
  return {
    ...relay,
    async accept(batch) {
      await failpoint('gateway.before_take');
      const accepted = await relay.accept(batch);
      await failpoint('gateway.before_answer');
      return accepted;
    },
    unstored: spool.count,
    async [Symbol.asyncDispose]() {
      await settling[Symbol.asyncDispose]();
      await spool.close();
    },
  };
}
