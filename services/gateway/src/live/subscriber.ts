import { toProblem, TelltaleError, type Problem } from '@telltale/contracts/errors';
import { liveLimits, subscribePayload, unsubscribePayload } from '@telltale/contracts/live';
import type { LiveFrame, ResyncReason, SubscribeAck, Subscription, UnsubscribeAck } from '@telltale/contracts/live';
import type { Log } from '@telltale/runtime/log';
import type { LiveChannel } from '@telltale/stream/live-read';
import { demandScope, type Access } from '../auth/access.ts';
import { recognise } from '../http/problems.ts';
import { catchUp, HoleError } from './catch-up.ts';
import { deliveredUpTo, formatCursor, parseCursor, type Cursor } from './cursor.ts';
import type { FreshSnapshot, SnapshotReader } from './fresh-snapshot.ts';
import { toLiveFilter, type LiveFilter } from './live-filter.ts';
import { givesTotals, type LiveHub } from './live-hub.ts';
import { roomKey, targetKey, toLiveTarget } from './live-target.ts';
import { parsePayload } from './parse-payload.ts';
import type { LiveTarget } from './ports.ts';
import type { TeamLease } from './shard-feeds.ts';
import { compareStreamIds } from './stream-id.ts';

/** The scopes that may listen. */
export const listenScopes = ['read', 'admin'] as const;

/** The socket as a subscriber uses it. */
export type Wire = {
  socketId: string;
  send: (frame: LiveFrame) => void;
  resync: (reason: ResyncReason) => void;
  enter: (roomKey: string) => void;
  exit: (roomKey: string) => void;
  /** Resolves when what was sent has been taken; rejects for a slow client. */
  drained: () => Promise<void>;
};

type Held = { room: string; lease: TeamLease; abort: AbortController };
type Wanted = { target: LiveTarget; filter: LiveFilter; subscription: Subscription; room: string };

/** The subscriptions of one socket. Each is of one target; asking again for the same target replaces it. */
export function createSubscriber(options: {
  wire: Wire;
  hub: LiveHub;
  stream: LiveChannel;
  readFresh: SnapshotReader;
  /** Checks the socket's key again. */
  reauthorise: () => Promise<Access>;
  log: Log;
}) {
  const { wire, hub, stream, readFresh, reauthorise, log } = options;
  const held = new Map<string, Held>();
  let gone = false;
  /** Requests of one socket are answered in their order. */
  let previous: Promise<unknown> = Promise.resolve();
  let queued = 0;

  const end = (key: string): void => {
    const subscription = held.get(key);
    if (subscription === undefined) return;
    held.delete(key);
    subscription.abort.abort();
    wire.exit(subscription.room);
    hub.leave(subscription.room, wire.socketId);
    subscription.lease.release().catch((error: unknown) => log.warn({ err: error }, 'a live shard was not let go'));
  };

  const endAll = (): void => {
    for (const key of held.keys()) end(key);
  };

  const decide = async (payload: unknown): Promise<Wanted> => {
    const subscription = parsePayload(subscribePayload, payload);
    const access = await reauthorise();
    demandScope(access, listenScopes);
    const target = toLiveTarget(subscription, access);
    const filter = toLiveFilter(subscription);
    if (held.size >= liveLimits.subscriptions && !held.has(targetKey(target))) {
      const detail = `this socket holds ${liveLimits.subscriptions} subscriptions already; unsubscribe one first`;
      throw new TelltaleError('too_many_requests', detail);
    }
    return { target, filter, subscription, room: roomKey(target, filter, subscription.rate) };
  };

  /** The client's cursor when the stream still has all that came after it. */
  const resumable = ({ since_cursor }: Subscription, { watched }: TeamLease): Cursor | null => {
    if (since_cursor === undefined) return null;
    const cursor = parseCursor(since_cursor);
    if (cursor === null) {
      throw new TelltaleError('invalid_cursor', 'since_cursor is not one of ours; leave it out for a fresh snapshot', {
        errors: [{ pointer: '#/since_cursor', code: 'invalid_cursor', detail: 'is not a cursor of the live feed' }],
      });
    }
    const complete =
      cursor.epoch === watched.epoch &&
      compareStreamIds(cursor.id, watched.last) <= 0 &&
      compareStreamIds(watched.kept, deliveredUpTo(cursor)) <= 0;
    return complete ? cursor : null;
  };

  const deliver = async (key: string, mine: Held, wanted: Wanted, cursor: Cursor, fresh: FreshSnapshot | null) => {
    const { target, filter, subscription, room } = wanted;
    const usage = new Map(fresh?.usage);
    try {
      await catchUp({
        stream,
        shard: mine.lease.shard,
        target,
        filter,
        givesTotals: givesTotals(target, filter),
        cursor,
        seen: fresh?.seen ?? null,
        usage,
        position: mine.lease.position,
        send: wire.send,
        drained: wire.drained,
        signal: mine.abort.signal,
        arrived: (read) => {
          wire.enter(room);
          const member = { socketId: wire.socketId, after: read, seen: fresh?.seen ?? null };
          hub.room(room, target, filter, subscription.rate).join(member, usage);
        },
      });
    } catch (error) {
      if (mine.abort.signal.aborted) return;
      if (!(error instanceof HoleError)) log.warn({ err: error }, 'a live subscription could not catch up');
      if (held.get(key) === mine) end(key);
      wire.resync('gap');
    }
  };

  const subscribe = async (payload: unknown, acknowledge: (answer: SubscribeAck) => void): Promise<void> => {
    const wanted = await decide(payload);
    const key = targetKey(wanted.target);
    const lease = await hub.openTeam(wanted.target.team);
    const mine: Held = { room: wanted.room, lease, abort: new AbortController() };
    let kept = false;
    try {
      const cursor = resumable(wanted.subscription, lease);
      const fresh = cursor === null ? await readFresh(wanted.target, wanted.subscription, lease.watched) : null;
      if (gone) return;
      end(key);
      held.set(key, mine);
      kept = true;
      if (fresh === null && cursor !== null) {
        acknowledge({ ok: true, snapshot: null, cursor: formatCursor(cursor), resumed: true });
        void deliver(key, mine, wanted, cursor, null);
      } else if (fresh !== null) {
        const { epoch, last } = fresh.watched;
        const start: Cursor = { epoch, id: last, behind: new Map() };
        acknowledge({ ok: true, snapshot: fresh.snapshot, cursor: formatCursor(start), resumed: false });
        void deliver(key, mine, wanted, start, fresh);
      }
    } finally {
      if (!kept) await lease.release();
    }
  };

  const unsubscribe = (payload: unknown, team: string): void => {
    const ended = parsePayload(unsubscribePayload, payload ?? undefined);
    if (ended === undefined) return endAll();
    const { team_id = team, agent_id, session_id, run_id } = ended;
    const id = agent_id ?? session_id ?? run_id;
    const kind = agent_id === undefined ? (session_id === undefined ? 'run' : 'session') : 'agent';
    end(targetKey(id === undefined ? { team: team_id, kind: 'team', agentIds: null } : { team: team_id, kind, id }));
  };

  const refuse = (error: unknown): { ok: false; error: Problem } => {
    const known = recognise(error);
    if (known === null) log.error({ err: error }, 'a request of the live feed failed');
    return { ok: false, error: toProblem(known ?? new TelltaleError('internal', 'the server failed; try again')) };
  };

  return {
    async subscribe(payload: unknown, acknowledge: (answer: SubscribeAck) => void): Promise<void> {
      if (queued >= liveLimits.subscriptions) {
        const detail = 'too many subscriptions at once; wait for the answers';
        acknowledge(refuse(new TelltaleError('too_many_requests', detail, { retryAfter: 1 })));
        return;
      }
      queued += 1;
      const mine = previous.then(() => subscribe(payload, acknowledge));
      previous = mine.catch(() => undefined);
      try {
        await mine;
      } catch (error) {
        acknowledge(refuse(error));
      } finally {
        queued -= 1;
      }
    },

    /** Waits for the subscriptions asked for before it: they are what it may end. */
    unsubscribe(payload: unknown, team: string, acknowledge: (answer: UnsubscribeAck) => void): void {
      previous = previous
        .then(() => {
          unsubscribe(payload, team);
          acknowledge({ ok: true });
        })
        .catch((error: unknown) => acknowledge(refuse(error)));
    },

    /** The room gave up on this member: its subscription is over, the client asks again. */
    drop(room: string): void {
      for (const [key, subscription] of held) if (subscription.room === room) end(key);
    },

    close(): void {
      gone = true;
      endAll();
    },
  };
}
export type Subscriber = ReturnType<typeof createSubscriber>;
