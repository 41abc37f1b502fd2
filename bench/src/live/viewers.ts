import { setTimeout as delay } from 'node:timers/promises';
import type { LiveFrame, SubscribeAck, SubscribePayload } from '@telltale/contracts/live';
import { io, type Socket } from 'socket.io-client';

export type Viewers = Disposable & {
  /** Hears of each frame and of the moment it came (epoch ms, with a fraction). */
  onFrame: (hear: (frame: LiveFrame & { sent?: number }, receivedMs: number, viewer: number) => void) => void;
  connected: () => number;
  /** Takes nothing from the network any more, and again. */
  stall: () => void;
  takeAgain: () => void;
  /** Resolves when no socket has been closed for a second. */
  settle: () => Promise<void>;
};

const now = (): number => performance.timeOrigin + performance.now();
/** Handshakes at a time: what is measured is the feed, not a storm of connections. */
const atOnce = 50;

async function open(url: string, auth: Record<string, string>, payload: SubscribePayload | null): Promise<Socket> {
  const socket = io(url, { auth, transports: ['websocket'], forceNew: true, reconnection: false });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  if (payload === null) return socket;
  const answer = (await socket.timeout(60_000).emitWithAck('subscribe', payload)) as SubscribeAck;
  if (!answer.ok) throw new Error(`the gateway refused a subscription: ${answer.error.detail}`);
  return socket;
}

/** The TCP connection below a socket of socket.io. */
function tcpOf(socket: Socket): { pause(): void; resume(): void } {
  const transport: object = socket.io.engine.transport;
  return (Reflect.get(transport, 'ws') as { _socket: { pause(): void; resume(): void } })._socket;
}

/** Opens sockets that hear; what each shows and asks for is given by its number. */
export async function openViewers(options: {
  url: string;
  count: number;
  auth: (viewer: number) => Record<string, string>;
  payload: (viewer: number) => SubscribePayload | null;
}): Promise<Viewers> {
  const { url, count, auth, payload } = options;
  const sockets: Socket[] = [];
  for (let from = 0; from < count; from += atOnce) {
    const numbers = Array.from({ length: Math.min(atOnce, count - from) }, (_, index) => from + index);
    sockets.push(...(await Promise.all(numbers.map((viewer) => open(url, auth(viewer), payload(viewer))))));
  }
  const connected = (): number => sockets.filter((socket) => socket.connected).length;
  let stalled: ReturnType<typeof tcpOf>[] = [];
  return {
    onFrame: (hear) => {
      for (const [viewer, socket] of sockets.entries()) {
        socket.on('telemetry', (frame: LiveFrame) => hear(frame, now(), viewer));
      }
    },
    connected,
    stall: () => {
      stalled = sockets.map(tcpOf);
      for (const tcp of stalled) tcp.pause();
    },
    takeAgain: () => {
      for (const tcp of stalled) tcp.resume();
    },
    settle: async () => {
      for (let before = -1; before !== connected(); await delay(1_000)) before = connected();
    },
    [Symbol.dispose]: () => {
      for (const socket of sockets) socket.disconnect();
    },
  };
}
