import { setImmediate } from 'node:timers/promises';
import type { ResyncReason } from '@telltale/contracts/live';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import type { LiveEntry } from '@telltale/stream/live-entries';
import type { LiveChannel } from '@telltale/stream/live-read';
import { createAlarm } from './alarm.ts';
import type { LiveFilter } from './live-filter.ts';
import { createLiveRoom, type LiveRoom, type SendFrame } from './live-room.ts';
import { createLiveRooms } from './live-rooms.ts';
import type { LiveTarget } from './ports.ts';
import { createShardFeeds, type TeamLease } from './shard-feeds.ts';

/** Due times are looked at in steps of this many ms, so that many rooms share one timer. */
const alarmStepMs = 5;
/** Held back updates of a team's agents leave together at multiples of this. */
const sharedGridMs = 250;
/** How long, at one update a second, what is due waits for what is about to come, in ms: half of what a recorder lingers. */
const patienceMs = 100;
/** A room that was silent this long tells its members how far they are. */
const quietMs = 20_000;
/**
 * Characters of lists in one frame of a whole team: what can be sent to all its members together four times a second beside
 * everything else. Up to 16 members it is more than 10,000 records a second come to.
 */
const teamFrameSize = (members: number): number => Math.max(64 * 1024, (16 * 1024 * 1024) / members);
/** Of more than 100 who hear a whole team each agent is updated less often, down to once in 10 s of 1,000 and more. */
const teamStretch = (members: number): number => Math.min(10, Math.max(1, members / 100));
/** So many of them in one turn of the process. */
const cursorsAtOnce = 20;
/** Rooms of up to so many members are served before larger ones. */
const fewMembers = 16;
/** How often it is looked whether a crowd has taken its last frame, in ms. */
const crowdWaitMs = 10;

/**
 * Between the live shards and the sockets: rooms, what they hold back, and when it leaves. Knows sockets by id only;
 * `send` puts a frame on the wire, `resync` tells a member that it may have missed something.
 */
export function createLiveHub(options: {
  stream: LiveChannel;
  clock: Clock;
  log: Log;
  send: (roomKey: string, ...frame: Parameters<SendFrame>) => void;
  resync: (socketId: string, roomKey: string, reason: ResyncReason) => void;
  /** Whether most of these sockets have yet to take what they were sent: news for them would only wait behind it. */
  isBehind: (socketIds: IteratorObject<string>) => boolean;
}) {
  const { stream, clock, log, send, resync, isBehind } = options;
  const rooms = createLiveRooms();

  const flushRoom = (room: LiveRoom, nowMs: number): void => {
    if (room.nextDueMs() > nowMs) return;
    if (room.members.size > fewMembers && isBehind(room.members.keys())) {
      room.hold(nowMs + crowdWaitMs);
      return;
    }
    const position = feeds.positionOf(room.team);
    if (position !== null) room.flush(feeds.epochOf(room.team), position, nowMs);
  };

  /** Rooms of few first: a frame for hundreds takes as long as those of all the others together. */
  const flushRooms = (all: () => Iterable<LiveRoom>, nowMs: number): void => {
    for (const isCrowd of [false, true]) {
      for (const room of all()) if (room.members.size > fewMembers === isCrowd) flushRoom(room, nowMs);
    }
  };

  const setAlarm = (touched: Iterable<LiveRoom>): void => {
    let earliest = Number.POSITIVE_INFINITY;
    for (const room of touched) earliest = Math.min(earliest, room.nextDueMs());
    if (earliest < Number.POSITIVE_INFINITY) alarm.set(Math.ceil(earliest / alarmStepMs) * alarmStepMs);
  };

  const alarm = createAlarm({
    clock,
    ring: () => {
      const nowMs = clock.monotonic();
      flushRooms(rooms.all, nowMs);
      setAlarm(rooms.all());
    },
  });

  const onEntries = (entries: readonly LiveEntry[]): void => {
    const nowMs = clock.monotonic();
    const touched = new Set<LiveRoom>();
    for (const entry of entries) {
      try {
        for (const room of rooms.dispatch(entry, nowMs)) touched.add(room);
      } catch (error) {
        // Drop and say so: an entry that is not ours must not keep all others from being shown.
        log.error({ err: error, entry: entry.id }, 'a live entry could not be read');
      }
    }
    flushRooms(() => touched, nowMs);
    setAlarm(touched);
  };

  const onHole = (team: string, reason: ResyncReason): void => {
    for (const { key, room } of rooms.ofTeam(team)) {
      for (const socketId of room.members.keys()) resync(socketId, key, reason);
    }
  };

  const feeds = createShardFeeds({ stream, clock, log, onEntries, onHole });

  const ticker = startLoop({
    name: 'live-cursors',
    everyMs: quietMs / 4,
    clock,
    log,
    turn: async () => {
      let sent = 0;
      for (const room of rooms.all()) {
        const position = feeds.positionOf(room.team);
        if (position === null) continue;
        if (!room.refreshCursor(feeds.epochOf(room.team), position, clock.monotonic(), quietMs)) continue;
        sent += 1;
        // Thousands of rooms in one go would hold up what is news.
        if (sent % cursorsAtOnce === 0) await setImmediate();
      }
    },
  });

  return {
    openTeam: (team: string): Promise<TeamLease> => feeds.open(team),
    room(key: string, target: LiveTarget, filter: LiveFilter, rate: 1 | 4): LiveRoom {
      return rooms.obtain(key, target, () =>
        createLiveRoom({
          team: target.team,
          filter,
          intervalMs: 1_000 / rate,
          gridMs: target.kind === 'team' ? sharedGridMs : 0,
          patienceMs: target.kind === 'team' ? 0 : patienceMs / rate,
          givesTotals: givesTotals(target, filter),
          frameSize: target.kind === 'team' ? teamFrameSize : () => Number.POSITIVE_INFINITY,
          stretch: target.kind === 'team' ? teamStretch : () => 1,
          send: (frame, to) => send(key, frame, to),
        }),
      );
    },
    leave(key: string, socketId: string): void {
      rooms.leave(key, socketId);
    },
    async [Symbol.asyncDispose](): Promise<void> {
      alarm[Symbol.dispose]();
      await ticker[Symbol.asyncDispose]();
      await feeds[Symbol.asyncDispose]();
    },
  };
}
export type LiveHub = ReturnType<typeof createLiveHub>;

/** Totals are an agent's and a team's own; those of a session, a run or a task are asked for by REST. */
export const givesTotals = (target: LiveTarget, filter: LiveFilter): boolean =>
  (target.kind === 'agent' || target.kind === 'team') && filter.taskId === null;
