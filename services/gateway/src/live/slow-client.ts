import type { Socket } from 'socket.io';

/**
 * A client is slow when this many packets, or characters, wait for it, or when it took nothing of what waits for so long,
 * and for as much longer as what is on its way to it needs at so many characters a ms: a link may be narrow.
 */
const slowAt = { packets: 256, characters: 8 * 1024 * 1024, ms: 10_000, charactersPerMs: 64 } as const;

/** So long others wait for a client that has yet to take something, in ms. */
const waitedForMs = 2_000;

type Packet = { data?: unknown };

const waitingPackets = (socket: Pick<Socket, 'conn'>): Packet[] => {
  // engine.io keeps what its transport has not taken yet here; ws's bufferedAmount sees only what it has.
  const buffer: unknown = Reflect.get(socket.conn, 'writeBuffer');
  return Array.isArray(buffer) ? (buffer as Packet[]) : [];
};

/** Forgets what waits: it would be sent to a client that goes. */
export const dropBacklog = (socket: Pick<Socket, 'conn'>): void => void waitingPackets(socket).splice(0);

export const backlogOf = (socket: Pick<Socket, 'conn'>): number => waitingPackets(socket).length;

/** Judges sockets by what waits for them; called before each frame and now and then for the silent. */
export function createSlowJudge() {
  const since = new WeakMap<object, number>();
  return {
    /**
     * Whether most of them have something waiting; those that took nothing for long are not waited for, nor is anybody for
     * longer than that.
     */
    isMostBehind(sockets: Iterable<Pick<Socket, 'conn'> | undefined>, nowMs: number): boolean {
      let [all, behind] = [0, 0];
      for (const socket of sockets) {
        const waits = socket !== undefined && waitingPackets(socket).length > 0;
        if (socket === undefined || (waits && nowMs - (since.get(socket) ?? nowMs) > waitedForMs)) continue;
        all += 1;
        if (waits) behind += 1;
        if (waits && !since.has(socket)) since.set(socket, nowMs);
      }
      return behind * 2 > all;
    },
    /** It took what waited. */
    took(socket: object): void {
      since.delete(socket);
    },
    /** `onTheWay`: characters it was handed and has not answered for. */
    isSlow(socket: Pick<Socket, 'conn'>, nowMs: number, onTheWay: number): boolean {
      const packets = waitingPackets(socket);
      if (packets.length === 0) {
        since.delete(socket);
        return false;
      }
      const first = since.get(socket) ?? nowMs;
      since.set(socket, first);
      if (packets.length > slowAt.packets || nowMs - first > slowAt.ms + onTheWay / slowAt.charactersPerMs) return true;
      let characters = 0;
      for (const { data } of packets) if (typeof data === 'string') characters += data.length;
      return characters > slowAt.characters;
    },
  };
}
