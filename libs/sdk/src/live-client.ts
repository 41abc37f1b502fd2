import type { Problem } from '@telltale/contracts/errors';
import type {
  ClientToServerEvents,
  LiveData,
  LiveEvent,
  LiveFrame,
  LiveMessage,
  LiveSnapshot,
  ResyncReason,
  ServerToClientEvents,
  SubscribeAck,
  SubscribePayload,
} from '@telltale/contracts/live';
import { io, type Socket } from 'socket.io-client';
import { createBackOff, type BackOffLimits } from './live/back-off.ts';
import { createListeners } from './live/listeners.ts';
import { createRecentIds } from './live/recent-ids.ts';

/**
 * connecting: no answer yet, or not any more; the client tries again by itself. live: messages come as things happen.
 * paused: on request. refused: the server says no, and asking again would not help. closed: for good.
 */
export type LiveState = 'connecting' | 'live' | 'paused' | 'refused' | 'closed';

export type LiveListeners = {
  [E in LiveEvent]: [data: LiveData[E], message: Extract<LiveMessage, { event: E }>];
} & {
  /** What is known so far; replaces all that was heard before. Not sent when the feed went on where it was. */
  snapshot: [LiveSnapshot];
  message: [LiveMessage];
  state: [LiveState, Problem | null];
  /** The server asks the client to subscribe again, which it does. */
  resync: [ResyncReason];
};

export type LiveClientOptions = {
  /** Of the gateway, such as `http://127.0.0.1:4400`. */
  url: string;
  /** Left out in our own page: the browser's session counts then. */
  apiKey?: string;
  subscription: Omit<SubscribePayload, 'since_cursor'>;
  /** Where an earlier client stopped: what was missed since then comes first. */
  since?: string;
  /** 250 ms to 10 s when left out. */
  backoff?: BackOffLimits;
};

export type LiveClient = Disposable & {
  on: ReturnType<typeof createListeners<LiveListeners>>['on'];
  state: () => LiveState;
  /** Up to here everything was handed over; null before the first answer. */
  cursor: () => string | null;
  /** Hears nothing until `resume`, which brings what was missed, or a fresh snapshot after a long time. */
  pause: () => void;
  resume: () => void;
  /** Hears something else from now on, beginning with its snapshot. */
  change: (subscription: LiveClientOptions['subscription']) => void;
};

/** A snapshot may be a megabyte, and a link narrow. */
const answerWithinMs = 60_000;
/** Codes that another try does not change. */
const final: ReadonlySet<string> = new Set(['unauthenticated', 'forbidden', 'not_found', 'invalid_request']);

const problemOf = (error: Error): Problem | null => {
  const data: unknown = Reflect.get(error, 'data');
  return typeof data === 'object' && data !== null && 'code' in data ? (data as Problem) : null;
};

/**
 * One live subscription over one socket, in browsers and Node. It reconnects by itself and goes on where it was, so that
 * each item is handed over once; when the server no longer has what was missed, a `snapshot` says so.
 */
export function createLiveClient(options: LiveClientOptions): LiveClient {
  const { url, apiKey, since, backoff = { minMs: 250, maxMs: 10_000 } } = options;
  let { subscription } = options;
  let state: LiveState = 'connecting';
  let cursor: string | null = since ?? null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Grows with each subscription, so that a late answer to an earlier one is recognised. */
  let generation = 0;
  const wait = createBackOff(backoff);
  const listeners = createListeners<LiveListeners>();
  const recent = createRecentIds();
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(url, {
    auth: apiKey === undefined ? {} : { token: apiKey },
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    autoConnect: false,
  });

  const become = (next: LiveState, problem: Problem | null = null): void => {
    if (state === next || state === 'closed') return;
    state = next;
    listeners.emit('state', next, problem);
  };

  const isWanted = (): boolean => state !== 'closed' && state !== 'paused' && state !== 'refused';

  /** Connects, or subscribes again, after a wait that doubles up to its maximum. */
  const tryAgain = (): void => {
    if (!isWanted()) return;
    become('connecting');
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!isWanted()) return;
      if (socket.connected) subscribe();
      else socket.connect();
    }, wait.next(performance.now()));
  };

  const giveUp = (problem: Problem): void => {
    become('refused', problem);
    socket.disconnect();
  };

  const takeRefusal = (problem: Problem): void => {
    if (problem.code === 'invalid_cursor') cursor = null;
    if (final.has(problem.code)) giveUp(problem);
    else tryAgain();
  };

  const takeAnswer = (answer: SubscribeAck): void => {
    if (!answer.ok) {
      takeRefusal(answer.error);
      return;
    }
    wait.held(performance.now());
    cursor = answer.cursor;
    become('live');
    if (answer.snapshot === null) return;
    recent.reset(answer.snapshot);
    listeners.emit('snapshot', answer.snapshot);
  };

  /** By a callback: frames follow the answer at once, before a promise of it could settle. */
  const subscribe = (): void => {
    generation += 1;
    const mine = generation;
    const payload = cursor === null ? subscription : { ...subscription, since_cursor: cursor };
    socket.timeout(answerWithinMs).emit('subscribe', payload, (error: Error | null, answer: SubscribeAck) => {
      if (mine !== generation || !isWanted()) return;
      if (error === null) {
        takeAnswer(answer);
        return;
      }
      // No answer: the connection is as good as lost.
      socket.disconnect();
      tryAgain();
    });
  };

  const take = (frame: LiveFrame): void => {
    if (state !== 'live') return;
    for (const message of frame.messages) {
      const fresh = recent.fresh(message);
      if (fresh === null) continue;
      listeners.emit('message', fresh);
      listeners.emit(fresh.event, ...([fresh.data, fresh] as never));
    }
    cursor = frame.cursor;
  };

  socket.on('connect', subscribe);
  socket.on('telemetry', take);
  socket.on('resync', ({ reason }) => {
    listeners.emit('resync', reason);
    if (socket.connected && isWanted() && reason !== 'slow') {
      become('connecting');
      subscribe();
    }
  });
  socket.on('disconnect', tryAgain);
  socket.on('connect_error', (error) => {
    const problem = problemOf(error);
    if (problem === null) tryAgain();
    else takeRefusal(problem);
  });
  socket.connect();

  const stop = (next: 'paused' | 'closed'): void => {
    clearTimeout(timer);
    generation += 1;
    become(next);
    socket.disconnect();
  };

  return {
    on: listeners.on,
    state: () => state,
    cursor: () => cursor,
    pause: () => {
      if (isWanted()) stop('paused');
    },
    resume: () => {
      if (state !== 'paused') return;
      wait.reset();
      become('connecting');
      socket.connect();
    },
    change: (next) => {
      subscription = next;
      cursor = null;
      if (state === 'refused') become('connecting');
      if (!isWanted()) return;
      become('connecting');
      // A new connection, so that nothing of what was heard before comes any more.
      socket.disconnect();
      clearTimeout(timer);
      wait.reset();
      socket.connect();
    },
    [Symbol.dispose]: () => stop('closed'),
  };
}
