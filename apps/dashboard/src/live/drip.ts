/** At least so many at a time. */
const portion = 2;
/** A queue is emptied in about so many frames, however long it is. */
const frames = 20;

/**
 * Hands on what comes in bursts a few at a time: the first portion at once, then one each frame of the screen, so that no
 * frame takes long: a socket message with the news of fifty agents is fifty cards to draw. A page that nobody sees draws
 * no frame and gets everything at once.
 */
export function createDrip<T>(
  take: (items: readonly T[]) => void,
): { add: (item: T) => void; /** Forgets what waits: something newer says it all. */ clear: () => void } & Disposable {
  let queue: T[] = [];
  /** A portion was handed on in this frame, or is about to be. */
  let isBusy = false;
  let frame: number | undefined;

  const drop = (): void => {
    const count = document.hidden ? queue.length : Math.max(portion, Math.ceil(queue.length / frames));
    const now = queue.slice(0, count);
    queue = queue.slice(count);
    if (now.length > 0) take(now);
    frame = requestAnimationFrame(() => {
      if (queue.length > 0) drop();
      else isBusy = false;
    });
  };

  const clear = (): void => {
    if (frame !== undefined) cancelAnimationFrame(frame);
    isBusy = false;
    queue = [];
  };

  return {
    clear,
    add(item) {
      queue.push(item);
      if (isBusy && !document.hidden) return;
      if (frame !== undefined) cancelAnimationFrame(frame);
      isBusy = true;
      // After all that the same socket message brings.
      queueMicrotask(drop);
    },
    [Symbol.dispose]: clear,
  };
}
