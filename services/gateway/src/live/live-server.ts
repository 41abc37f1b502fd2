import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { TelltaleError, toProblem } from '@telltale/contracts/errors';
import {
  liveLimits,
  type ClientToServerEvents,
  type ResyncReason,
  type ServerToClientEvents,
  type UnsubscribeAck,
} from '@telltale/contracts/live';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import type { LiveChannel } from '@telltale/stream/live-read';
import { Server, type DefaultEventsMap, type Socket } from 'socket.io';
import { isOwnOrigin } from '../auth/own-origin.ts';
import { defaultTeam, demandScope, everyTeam, type Access } from '../auth/access.ts';
import { recognise } from '../http/problems.ts';
import { createSnapshotReader } from './fresh-snapshot.ts';
import { startKeyChecks } from './key-checks.ts';
import { createLiveHub } from './live-hub.ts';
import type { SendFrame } from './live-room.ts';
import type { Authenticate, ReadSnapshot, SignedIn } from './ports.ts';
import { paceConnection, type Pace } from './pace-connection.ts';
import { backlogOf, createSlowJudge, dropBacklog } from './slow-client.ts';
import { createSubscriber, listenScopes, type Subscriber, type Wire } from './subscriber.ts';
import { trackUpgraded } from './upgraded-sockets.ts';

type LiveSocket = Socket<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;
type SocketData = { key: string; access: Access; pace?: Pace };

/** Packets that may wait for a client while it is given what it missed. */
const catchUpBacklog = 2;
/** How often those for whom nothing is sent are looked at, in ms. */
const slowCheckMs = 2_000;
/** How long a client that was told to go may take its last packets, in ms. */
const farewellMs = 2_000;
/** The same when the server stops, in ms: what runs the process waits only so long. */
const stopMs = 1_000;

export type LiveServer = AsyncDisposable & {
  /** Sockets that showed a valid key and are open. */
  connections: () => number;
};

/** What a refused handshake tells the client: its `connect_error` carries the problem as `data`. */
function toConnectError(error: unknown): Error & { data: unknown } {
  const known = recognise(error) ?? new TelltaleError('internal', 'the server failed; try again');
  return Object.assign(new Error(known.message), { data: toProblem(known) });
}

/**
 * The live feed on an HTTP server: socket.io over WebSocket only, so that any gateway can serve any client. A socket
 * shows its key, or the cookie of a signed-in browser, at the handshake; it is checked again at each subscription and every 10 s. Dispose before the
 * HTTP server closes: it waits for open sockets otherwise.
 */
export function createLiveServer(options: {
  httpServer: HttpServer;
  authenticate: Authenticate;
  /** The name of the session whose browser opens the socket, for `authenticate`; null when it is not signed in. */
  signedIn?: SignedIn;
  readSnapshot: ReadSnapshot;
  stream: LiveChannel;
  clock: Clock;
  log: Log;
  /** Origins of pages besides the gateway's own, such as `https://telltale.example`. */
  allowedOrigins?: readonly string[];
}): LiveServer {
  const { httpServer, authenticate, signedIn, readSnapshot, stream, clock, log, allowedOrigins = [] } = options;
  let closing = false;
  const upgraded = trackUpgraded(httpServer, clock);
  const io = new Server<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>(httpServer, {
    transports: ['websocket'],
    allowUpgrades: false,
    perMessageDeflate: false,
    httpCompression: false,
    serveClient: false,
    maxHttpBufferSize: liveLimits.payloadBytes,
    connectTimeout: 10_000,
    allowRequest: (request, decide) => {
      // A client that is sent away reconnects at once: not to the server that is about to end.
      if (closing) decide('this gateway is stopping', false);
      else if (isOwnOrigin(request.headers, allowedOrigins)) decide(null, true);
      else decide('this origin may not open the live feed', false);
    },
  });
  const judge = createSlowJudge();
  const subscribers = new Map<string, Subscriber>();
  const socketOf = (id: string): LiveSocket | undefined => io.of('/').sockets.get(id);

  const turnAway = (socket: LiveSocket, reason: ResyncReason | null): void => {
    subscribers.get(socket.id)?.close();
    // It comes back with its cursor; until then the notice is all there is to take.
    dropBacklog(socket);
    if (reason !== null) socket.emit('resync', { reason });
    const { conn } = socket;
    socket.data.pace?.release();
    socket.disconnect(true);
    // A client that takes nothing would keep its packets in memory until its ping times out.
    void clock.sleep(farewellMs).then(() => conn.close(true));
  };

  /** True when the socket may be sent to; a slow one is told so and disconnected. */
  const admits = (socket: LiveSocket): boolean => {
    if (!judge.isSlow(socket, clock.monotonic(), socket.data.pace?.onTheWay() ?? 0)) return true;
    log.info({ socket: socket.id, packets: backlogOf(socket) }, 'a slow live client is disconnected');
    turnAway(socket, 'slow');
    return false;
  };

  const send = (roomKey: string, ...[frame, to]: Parameters<SendFrame>): void => {
    if ('only' in to) {
      const socket = socketOf(to.only);
      if (socket !== undefined && admits(socket)) socket.emit('telemetry', frame);
      return;
    }
    for (const id of io.of('/').adapter.rooms.get(roomKey) ?? []) {
      const socket = socketOf(id);
      if (socket !== undefined) admits(socket);
    }
    io.local
      .to(roomKey)
      .except([...to.except])
      .emit('telemetry', frame);
  };

  const hub = createLiveHub({
    stream,
    clock,
    log,
    send,
    resync: (socketId, roomKey, reason) => {
      subscribers.get(socketId)?.drop(roomKey);
      socketOf(socketId)?.emit('resync', { reason });
    },
    isBehind: (socketIds) => judge.isMostBehind(socketIds.map(socketOf), clock.monotonic()),
  });
  const readFresh = createSnapshotReader({ readSnapshot, clock });

  const keyChecks = startKeyChecks({
    authenticate,
    keys: () => new Set([...io.of('/').sockets.values()].map((socket) => socket.data.key)),
    onRefused: (key, error) => {
      log.info({ code: error.code }, 'a key of live clients does not hold any more');
      for (const socket of io.of('/').sockets.values()) if (socket.data.key === key) turnAway(socket, null);
    },
    clock,
    log,
  });

  // A client for whom nothing new comes is judged, too.
  const slowChecks = startLoop({
    name: 'live-slow',
    everyMs: slowCheckMs,
    clock,
    log,
    turn: async () => {
      for (const socket of io.of('/').sockets.values()) admits(socket);
    },
  });

  const wireOf = (socket: LiveSocket): Wire => ({
    socketId: socket.id,
    send: (frame) => {
      if (admits(socket)) socket.emit('telemetry', frame);
    },
    resync: (reason) => socket.emit('resync', { reason }),
    enter: (room) => void socket.join(room),
    exit: (room) => void socket.leave(room),
    drained: async () => {
      while (backlogOf(socket) > catchUpBacklog && socket.connected) {
        const { conn } = socket;
        const over = new AbortController();
        const { signal } = over;
        await Promise.race([
          once(conn, 'drain', { signal }),
          once(conn, 'close', { signal }),
          clock.sleep(1_000, signal),
        ]);
        over.abort();
        admits(socket);
      }
    },
  });

  const admit = async (socket: LiveSocket): Promise<void> => {
    const { auth, headers } = socket.handshake;
    const token: unknown = auth['token'];
    const key = token === undefined ? await signedIn?.(headers) : token;
    if (typeof key !== 'string' || key === '' || key.length > 512) {
      throw new TelltaleError('unauthenticated', 'open the socket with auth: {token: <key>}, or sign in');
    }
    const access = await authenticate(key);
    demandScope(access, listenScopes);
    if (closing) throw new TelltaleError('unavailable', 'this gateway is stopping; connect again');
    socket.data = { key, access };
  };

  const shakeHands = async (socket: LiveSocket, next: (error?: Error) => void): Promise<void> => {
    try {
      await admit(socket);
    } catch (error) {
      next(toConnectError(error));
      return;
    }
    next();
  };

  io.use((socket, next) => void shakeHands(socket, next));

  io.on('connection', (socket) => {
    // The handshake's request would be kept as long as the socket.
    Reflect.set(socket.conn, 'request', undefined);
    socket.data.pace = paceConnection(socket.conn, () => clock.monotonic());
    socket.conn.on('drain', () => judge.took(socket));
    const subscriber = createSubscriber({
      wire: wireOf(socket),
      hub,
      stream,
      readFresh,
      log,
      reauthorise: async () => {
        try {
          return await authenticate(socket.data.key);
        } catch (error) {
          // After the answer, which tells the client why.
          if (error instanceof TelltaleError && error.code === 'unauthenticated') setImmediate(turnAway, socket, null);
          throw error;
        }
      },
    });
    subscribers.set(socket.id, subscriber);
    socket.on('subscribe', (payload, acknowledge) => {
      void subscriber.subscribe(payload, typeof acknowledge === 'function' ? acknowledge : () => undefined);
    });
    socket.on('unsubscribe', (...said: unknown[]) => {
      const { teamId } = socket.data.access;
      // Without a payload the acknowledgement is all there is.
      const last = said.at(-1);
      const acknowledge =
        typeof last === 'function' ? (answer: UnsubscribeAck): unknown => last(answer) : () => undefined;
      const payload = typeof said[0] === 'function' ? undefined : said[0];
      subscriber.unsubscribe(payload, teamId === everyTeam ? defaultTeam : teamId, acknowledge);
    });
    socket.on('disconnect', () => {
      subscriber.close();
      subscribers.delete(socket.id);
    });
  });

  return {
    connections: () => io.of('/').sockets.size,
    async [Symbol.asyncDispose]() {
      closing = true;
      await Promise.all([keyChecks[Symbol.asyncDispose](), slowChecks[Symbol.asyncDispose]()]);
      io.disconnectSockets(true);
      io.engine.close();
      await Promise.all([hub[Symbol.asyncDispose](), upgraded.end(stopMs)]);
    },
  };
}
