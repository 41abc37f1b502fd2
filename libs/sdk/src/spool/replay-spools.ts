import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop, type Loop } from '@telltale/runtime/loop';
import type { BatchTransport } from '../transport/transport.ts';
import { openDeadSpool } from './dead-spool.ts';
import { listSpools, type SpoolInfo } from './list-spools.ts';
import { replaySpool } from './replay-spool.ts';

export type ReplayOptions = {
  root: string;
  /** Only spools that were meant for this door and team are replayed. */
  url: string;
  team: string;
  transport: BatchTransport;
  clock: Clock;
  log: Log;
  random?: () => number;
  everyMs?: number;
  /** The first look is spread over this time (2 s), so that a fleet that returns together does not ask together. */
  spreadMs?: number;
  /** How long stored spools stay, and how many bytes and spools of them at most. */
  retain?: Retention;
};

type Retention = { ms: number; bytes: number; spools: number };
const defaultRetention: Retention = { ms: 24 * 3_600_000, bytes: 1024 ** 3, spools: 1_000 };

/** As far as it was told; a store that was restored since takes that back. */
const isStored = (spool: SpoolInfo): boolean => spool.last_seq !== null && spool.settled_seq >= spool.last_seq;
/** A spool that was sent but is not stored yet is looked at again after this time. */
const againMs = 5 * 60_000;
const defaultSpreadMs = 2_000;

/**
 * Brings what dead processes of this machine left to its door, one spool after another, oldest first, and removes what
 * is stored and old. Live recorders are not slowed: each replay has a producer of its own.
 */
export function startReplay({
  root,
  url,
  team,
  transport,
  clock,
  log,
  random = Math.random,
  everyMs = 30_000,
  spreadMs = defaultSpreadMs,
  retain = defaultRetention,
}: ReplayOptions): Loop {
  const notBefore = new Map<string, number>();
  let spread = random() * spreadMs;

  const discardStored = async (spools: readonly SpoolInfo[]): Promise<void> => {
    const stored = spools.filter(isStored);
    let bytes = spools.reduce((sum, spool) => sum + spool.bytes, 0);
    let count = stored.length;
    for (const spool of stored) {
      const age = clock.now() - Date.parse(spool.settled_at ?? spool.opened_at);
      if (age <= retain.ms && bytes <= retain.bytes && count <= retain.spools) continue;
      const dead = await openDeadSpool({ folder: spool.folder, clock });
      await dead?.discard();
      bytes -= spool.bytes;
      count -= 1;
    }
  };

  const epochSeenBy = async (spool: SpoolInfo | undefined, signal: AbortSignal): Promise<string | null> =>
    spool === undefined ? null : ((await transport.inquire(spool.producer_id, [], signal))?.store_epoch ?? null);

  const turn = async (signal: AbortSignal): Promise<void> => {
    await clock.sleep(spread, signal);
    spread = 0;
    const idle = (await listSpools(root)).filter((spool) => spool.held_by === null);
    await discardStored(idle);
    const ours = idle.filter((spool) => spool.url === url && spool.team === team);
    const epoch = await epochSeenBy(ours.find(isStored), signal);
    const isDone = (spool: SpoolInfo): boolean => isStored(spool) && (epoch === null || spool.store_epoch === epoch);
    for (const { folder, producer_id: producerId } of ours.filter((spool) => !isDone(spool))) {
      if (signal.aborted) return;
      if (clock.monotonic() < (notBefore.get(folder) ?? 0)) continue;
      const stored = await replaySpool({ folder, producerId, transport, clock, log, random }, signal);
      if (!stored) notBefore.set(folder, clock.monotonic() + againMs);
    }
  };

  return startLoop({ name: 'replay', turn, everyMs, clock, log, random });
}
