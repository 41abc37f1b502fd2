/** A typed, synchronous list of listeners: one that throws does not keep the others from hearing. */
export function createListeners<Events extends Record<string, unknown[]>>() {
  const listeners: { [E in keyof Events]?: Set<(...args: Events[E]) => void> } = {};
  return {
    /** Hears an event until the returned function is called. */
    on<E extends keyof Events>(event: E, listener: (...args: Events[E]) => void): () => void {
      const own = (listeners[event] ??= new Set<(...args: Events[E]) => void>());
      own.add(listener);
      return () => void own.delete(listener);
    },
    emit<E extends keyof Events>(event: E, ...args: Events[E]): void {
      for (const listener of listeners[event] ?? []) {
        try {
          listener(...args);
        } catch (error) {
          // The listener's own mistake belongs to its program, not to the feed.
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
  };
}
