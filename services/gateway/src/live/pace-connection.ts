import type { Socket } from 'socket.io';

type Conn = Socket['conn'];
type Packet = { type?: unknown; data?: unknown };

/** Characters that may be on their way to a client who has not answered for `patienceMs`. */
const mostOnTheWay = 256 * 1024;
/** A client is asked for an answer after so many characters. */
const askAfter = 64 * 1024;
const patienceMs = 500;

export type Pace = {
  /** Characters that were handed over and not answered for. */
  onTheWay(): number;
  /** From now on everything is handed over, answered or not: it is about to be closed. */
  release(): void;
};

const sizeOf = ({ data }: Packet): number => (typeof data === 'string' ? data.length : 0);

/**
 * Hands a client only what it takes. The network takes megabytes for a client that reads nothing (on loopback 4 MiB a
 * connection and more; of hundreds of such clients the kernel's memory for all connections, so that everybody waits), and
 * nothing tells the server. A ping of engine.io among the frames does: its pong says that all before it was read. Without
 * an answer frames stay in `conn.writeBuffer`, where a slow client is noticed. Whoever answers is never held up.
 */
export function paceConnection(conn: Conn, monotonic: () => number): Pace {
  const { transport } = conn;
  let isTransportReady = transport.writable;
  let isReleased = false;
  let handed = 0;
  let answered = 0;
  /** A ping waits to be handed over. */
  let isAsking = false;
  /** Pings on their way: what was handed over before each, and when. */
  const asked: { handed: number; atMs: number }[] = [];
  const call = (method: 'flush' | 'sendPacket', ...parameters: unknown[]): void =>
    (Reflect.get(conn, method) as (...parameters: unknown[]) => void).apply(conn, parameters);

  const mayHandOver = (): boolean => {
    const [oldest] = asked;
    if (oldest === undefined || isReleased) return true;
    return handed - answered < mostOnTheWay || monotonic() - oldest.atMs < patienceMs;
  };

  Object.defineProperty(transport, 'writable', {
    get: () => isTransportReady && mayHandOver(),
    set: (isReady: boolean) => {
      isTransportReady = isReady;
    },
  });
  conn.on('flush', (packets: readonly Packet[]) => {
    for (const packet of packets) {
      if (packet.type === 'ping') {
        asked.push({ handed, atMs: monotonic() });
        isAsking = false;
      } else handed += sizeOf(packet);
    }
  });
  conn.on('drain', () => {
    if (isAsking || asked.length > 0 || handed - answered < askAfter) return;
    isAsking = true;
    call('sendPacket', 'ping');
  });
  conn.on('heartbeat', () => {
    answered = asked.shift()?.handed ?? answered;
    call('flush');
  });
  return {
    onTheWay: () => handed - answered,
    release() {
      isReleased = true;
      call('flush');
    },
  };
}
