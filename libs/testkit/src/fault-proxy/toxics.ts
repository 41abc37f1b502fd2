/** `up`: from the client to the server. */
export type Direction = 'up' | 'down' | 'both';

export type Toxic =
  /** Each piece arrives so much later; jitter adds up to so much more. */
  | { kind: 'latency'; ms: number; jitterMs?: number }
  | { kind: 'bandwidth'; bytesPerSecond: number }
  /** Pieces of at most so many bytes, one a turn of the event loop. */
  | { kind: 'slice'; bytes: number }
  /** Nothing arrives until it ends; then what was under way does, as after a partition. One direction alone: half-open. */
  | { kind: 'blackhole' }
  /** After so many more bytes in this direction of a connection, both sides get a RST; the bytes before arrive. */
  | { kind: 'reset'; afterBytes: number }
  /** One bit in so many bytes is flipped. */
  | { kind: 'corrupt'; everyBytes: number }
  /** What is sent right after these bytes went by is lost on the way back: both sides get a RST instead of the answer. */
  | { kind: 'lose_answer'; to: RegExp };

export type Active = { toxic: Toxic; direction: Direction; ended: Promise<void> };

/** The toxics in force, and how often each kind did something. */
export function createToxics() {
  const active = new Map<Active, () => void>();
  const hits = new Map<string, number>();
  const remove = (entry: Active): void => {
    active.get(entry)?.();
    active.delete(entry);
  };
  return {
    add(toxic: Toxic, direction: Direction): () => void {
      const { promise, resolve } = Promise.withResolvers<void>();
      const entry = { toxic, direction, ended: promise };
      active.set(entry, resolve);
      return () => remove(entry);
    },
    clear(): void {
      for (const entry of active.keys()) remove(entry);
    },
    of(direction: 'up' | 'down'): Active[] {
      if (active.size === 0) return [];
      return [...active.keys()].filter((entry) => entry.direction === direction || entry.direction === 'both');
    },
    hit(kind: string): void {
      hits.set(kind, (hits.get(kind) ?? 0) + 1);
    },
    hits: (): ReadonlyMap<string, number> => hits,
  };
}
export type Toxics = ReturnType<typeof createToxics>;
