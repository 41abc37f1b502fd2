/**
 * Who waits for one of a few places, first come first served. A place that is given to somebody who left meanwhile goes
 * to the next.
 */
export function createSlotQueue<T>() {
  const waiting: { give: (place: T) => void }[] = [];
  return {
    /** Resolves with a place; rejects with the signal's reason when it aborts first. */
    wait(signal: AbortSignal): Promise<T> {
      return new Promise((resolve, reject) => {
        const one = {
          give(place: T) {
            signal.removeEventListener('abort', leave);
            resolve(place);
          },
        };
        const leave = (): void => {
          waiting.splice(waiting.indexOf(one), 1);
          reject(signal.reason as Error);
        };
        if (signal.aborted) return reject(signal.reason as Error);
        signal.addEventListener('abort', leave, { once: true });
        waiting.push(one);
      });
    },
    /** False when nobody waits. */
    offer(place: T): boolean {
      const next = waiting.shift();
      next?.give(place);
      return next !== undefined;
    },
    waiting: () => waiting.length,
  };
}
