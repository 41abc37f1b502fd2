import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { createRecorder, type CloseReport, type Recorder, type RecorderLimits } from './recorder/recorder.ts';
import type { Identity } from './recorder/draft.ts';
import { openFileSpool, type SpoolLimits } from './spool/file-spool.ts';
import { createMemorySpool } from './spool/memory-spool.ts';
import { startReplay } from './spool/replay-spools.ts';
import type { Spool } from './spool/spool.ts';
import type { BatchTransport } from './transport/transport.ts';

export type OpenRecorderOptions = {
  transport: BatchTransport;
  /** What the spool is for; a later process replays it only for the same two. */
  url: string;
  team: string;
  /** Where the spools of this machine lie, such as `$XDG_STATE_HOME/telltale/spool`. */
  spoolRoot: string;
  identity: Identity;
  newId: () => string;
  clock: Clock;
  log: Log;
  limits?: RecorderLimits;
  spoolLimits?: Partial<SpoolLimits>;
  /** Also send what dead processes left (true unless given). */
  replay?: boolean;
  /** Over how long the first look for those is spread; a process that may be a short one looks at once. */
  replaySpreadMs?: number;
};

export type OpenRecorder = Recorder &
  AsyncDisposable & {
    /** Whether what is unsent at the end lies on the disk for a later process; else it is lost with this one. */
    isKept: boolean;
  };

/**
 * A recorder with a spool on the disk, and the replay of older ones beside it. Where the folder cannot be written, it
 * reports from memory and says so: telemetry never keeps the work from starting. Close it, or the process stays.
 */
export async function openRecorder(options: OpenRecorderOptions): Promise<OpenRecorder> {
  const { transport, url, team, spoolRoot, clock, log, newId, replay = true } = options;
  const producerId = newId();
  const limits = options.spoolLimits ?? {};
  const spread = options.replaySpreadMs === undefined ? {} : { spreadMs: options.replaySpreadMs };
  let isKept = true;
  const spool: Spool = await openFileSpool({ root: spoolRoot, producerId, url, team, clock, log, limits }).catch(
    (error: unknown) => {
      isKept = false;
      log.warn({ err: error, folder: spoolRoot }, 'no spool can be written; what is not sent at the end is lost');
      return createMemorySpool(producerId);
    },
  );
  const recorder = createRecorder({ ...options, spool });
  const replaying = replay ? startReplay({ root: spoolRoot, url, team, transport, clock, log, ...spread }) : undefined;

  const close = async (given?: { timeoutMs?: number }): Promise<CloseReport> => {
    const [report] = await Promise.all([recorder.close(given), replaying?.[Symbol.asyncDispose]()]);
    return report;
  };
  return {
    ...recorder,
    isKept,
    close,
    async [Symbol.asyncDispose]() {
      await close();
    },
  };
}
