import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '@telltale/runtime/make-folder';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { droppableLanes } from '../recorder/lane.ts';
import { encodeFrame } from './frame.ts';
import { createSegmentSet } from './segment-set.ts';
import { createSegmentWriter } from './segment-writer.ts';
import { newState, spoolFormat, writeHeader, writeState, type SpoolState } from './spool-files.ts';
import { takeLock } from './spool-lock.ts';
import { SpoolFullError, type Spool, type SpooledBatch, type SpoolHooks } from './spool.ts';

export type SpoolLimits = {
  /** Of this spool's files. Kept records (money, tasks, run ends) go beyond it rather than be lost. */
  bytes: number;
  segmentBytes: number;
  /** How long stored batches stay, for a store that was restored from a backup. */
  retainMs: number;
  /** `batch`: a batch is on the disk before it is sent. A number: at the latest so many ms after it was written. */
  sync: 'batch' | number;
};

export type FileSpoolOptions = {
  /** Holds the spools of this machine's processes, one folder each. */
  root: string;
  producerId: string;
  /** Where the batches are meant to go, and for whom: only the same two replay them. */
  url: string;
  team: string;
  clock: Clock;
  log: Log;
  limits?: Partial<SpoolLimits>;
};

const defaultLimits: SpoolLimits = {
  bytes: 512 * 1024 * 1024,
  segmentBytes: 4 * 1024 * 1024,
  retainMs: 24 * 3_600_000,
  sync: 200,
};
/** `state.json` is replaced at most so often; what it misses after a crash is found again by asking. */
const stateEveryMs = 1_000;

const isNoSpace = (error: unknown): boolean =>
  error instanceof Error && ['ENOSPC', 'EDQUOT'].includes(String(Reflect.get(error, 'code')));

/** Opens a new spool for a new producer. Rejects when its folder cannot be made. */
export async function openFileSpool({
  root,
  producerId,
  url,
  team,
  clock,
  log,
  limits: given = {},
}: FileSpoolOptions): Promise<Spool> {
  const limits = { ...defaultLimits, ...given };
  const segmentBytes = Math.min(limits.segmentBytes, Math.ceil(limits.bytes / 16));
  const folder = join(root, producerId);
  makeFolder(folder);
  const lock = await takeLock(folder);
  if (lock === null) throw new Error(`${folder} belongs to another process`);
  const opened_at = new Date(clock.now()).toISOString();
  await writeHeader(folder, { format: spoolFormat, producer_id: producerId, url, team, opened_at });

  const set = createSegmentSet();
  const writer = createSegmentWriter({ folder, set, segmentBytes });
  const wakeMs = limits.sync === 'batch' ? stateEveryMs : limits.sync;
  const stop = new AbortController();
  let hooks: SpoolHooks = { verdict: () => 'release', dropped() {} };
  let state: SpoolState = newState;
  let stateDue = 0;
  let stateChanged = false;
  let overLimit = false;
  /** Everything that touches files runs one after another. */
  let turn: Promise<unknown> = Promise.resolve();
  let timer: Promise<void> | undefined;

  const exclusively = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };

  /** What is stored already goes first, then samples, then logs, each the oldest first. Kept records never go. */
  const freeOne = async (): Promise<boolean> => {
    if (await set.letGoSettled()) return true;
    for (const lane of droppableLanes) {
      let lost = await set.letGo(lane, hooks.verdict);
      if (lost === null) {
        await writer.rotate(lane);
        lost = await set.letGo(lane, hooks.verdict);
      }
      for (const seq of lost ?? []) hooks.dropped(seq);
      if (lost !== null) return true;
    }
    return false;
  };

  const makeRoom = async (batch: SpooledBatch, length: number): Promise<void> => {
    while (set.bytes() + length > limits.bytes) {
      if (await freeOne()) continue;
      if (batch.lane !== 'kept') throw new SpoolFullError(limits.bytes);
      if (!overLimit)
        log.warn({ bytes: limits.bytes }, 'the spool is over its limit: it holds only what must not be lost');
      overLimit = true;
      return;
    }
    overLimit = false;
  };

  const write = async (batch: SpooledBatch): Promise<void> => {
    const frame = encodeFrame(batch);
    await makeRoom(batch, frame.length);
    for (;;) {
      try {
        await writer.write(batch.lane, batch.seq, frame);
        break;
      } catch (error) {
        if (!isNoSpace(error) || !(await freeOne())) throw error;
      }
    }
    if (limits.sync === 'batch') await writer.sync();
    else schedule();
  };

  const flushState = async (): Promise<void> => {
    if (!stateChanged || clock.monotonic() < stateDue) return;
    stateChanged = false;
    stateDue = clock.monotonic() + stateEveryMs;
    await writeState(folder, state);
  };

  /** One wake-up for whatever is due: syncing what was written, replacing the state, removing what is old. */
  const schedule = (): void => {
    timer ??= clock
      .sleep(wakeMs, stop.signal)
      .then(async () => {
        timer = undefined;
        await exclusively(async () => {
          await writer.sync();
          await flushState();
          await set.expire(clock.now() - limits.retainMs);
        });
        if (stateChanged) schedule();
      })
      .catch((error: unknown) => {
        timer = undefined;
        if (!stop.signal.aborted) log.warn({ err: error }, 'the spool could not be brought to the disk');
      });
  };

  const change = (part: Partial<SpoolState>): void => {
    state = { ...state, ...part };
    stateChanged = true;
    schedule();
  };

  const finish = async (lastSeq: number): Promise<void> => {
    await writer.close();
    if (set.segments().length === 0) {
      await rm(folder, { recursive: true, force: true });
      return;
    }
    await writeState(folder, { ...state, last_seq: lastSeq, closed_at: new Date(clock.now()).toISOString() });
    await lock.release();
  };

  return {
    producerId,
    attach(given) {
      hooks = given;
    },
    append: (batch) => exclusively(() => write(batch)),
    read: (seq) => exclusively(() => set.read(seq)),
    settle(seq) {
      set.settle(seq, clock.now());
      change({ settled_seq: seq, settled_at: new Date(clock.now()).toISOString() });
    },
    lowestSeq: () => set.lowestSeq(),
    bytes: () => set.bytes(),
    note: ({ issued, dropped }) => change({ issued, dropped }),
    meet(storeEpoch) {
      if (storeEpoch !== state.store_epoch) change({ store_epoch: storeEpoch });
    },
    reopen: (after, storeEpoch) =>
      exclusively(async () => {
        const left = await set.reopen(after);
        change({ settled_seq: after, store_epoch: storeEpoch });
        return left;
      }),
    storeEpoch: () => state.store_epoch,
    async close(lastSeq) {
      stop.abort();
      await exclusively(() => finish(lastSeq));
    },
  };
}
