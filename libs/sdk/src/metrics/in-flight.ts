type Started<T> = { id: string | undefined; thread: string; name: string; startedAt: number; details: T };
export type Ended = { id: string | undefined; thread: string | undefined; name: string };

/** Starts that were never ended are forgotten, oldest first, beyond this many. */
const most = 10_000;

/**
 * Pairs ends with their starts: by id where there is one, else first in, first out per thread and name. An end that
 * names no thread takes the oldest start of its name.
 */
export function createInFlight<T>() {
  const started: Started<T>[] = [];
  return {
    start(one: Started<T>): void {
      started.push(one);
      if (started.length > most) started.shift();
    },
    end({ id, thread, name }: Ended): Started<T> | undefined {
      const index = started.findIndex((one) =>
        id === undefined
          ? one.id === undefined && one.name === name && (thread === undefined || one.thread === thread)
          : one.id === id,
      );
      return index === -1 ? undefined : started.splice(index, 1)[0];
    },
    size: () => started.length,
  };
}
