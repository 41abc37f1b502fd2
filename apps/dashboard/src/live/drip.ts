/** At least so many at a time. */
const portion = 4;
/** A queue is empty after about so many frames, however long it is. */
const frames = 8;

/**
 * Hands on what comes in bursts a few at a time, one portion each frame of the screen, so that no frame takes long: a
 * socket message with the news of fifty agents is fifty cards to draw. A page that nobody sees draws no frame and gets
 * everything at once.
 */
export function createDrip<T>(
  take: (items: readonly T[]) => void,
): { add: (item: T) => void; /** Forgets what waits: something newer says it all. */ clear: () => void } & Disposable {
  let queue: T[] = [];
  let asked: number | undefined;

  const drop = (): void => {
    asked = undefined;
    const count = document.hidden ? queue.length : Math.max(portion, Math.ceil(queue.length / frames));
    const now = queue.slice(0, count);
    queue = queue.slice(count);
    take(now);
    if (queue.length > 0) asked = requestAnimationFrame(drop);
  };

  const clear = (): void => {
    if (asked !== undefined) cancelAnimationFrame(asked);
    asked = undefined;
    queue = [];
  };

  return {
    clear,
    add(item) {
      queue.push(item);
      if (document.hidden) {
        if (asked !== undefined) cancelAnimationFrame(asked);
        drop();
        return;
      }
      asked ??= requestAnimationFrame(drop);
    },
    [Symbol.dispose]: clear,
  };
}
