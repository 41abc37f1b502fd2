/** npm hands one Ctrl-C on up to three times; signals this close together are one. */
const sameSignalMs = 1000;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The wish to stop, as a signal that aborts once, and a way to hear the impatient second one. */
export interface StopRequest extends Disposable {
  signal: AbortSignal;
  /** Called when somebody asks again more than a second later. */
  onSecond(listener: () => void): void;
}

/** Listens for Ctrl-C, SIGTERM and the end of the terminal. */
export function listenForStop(): StopRequest {
  const controller = new AbortController();
  let first = 0;
  let second: (() => void) | undefined;
  const hear = (signal: NodeJS.Signals) => {
    if (!controller.signal.aborted) {
      first = performance.now();
      controller.abort(signal);
    } else if (performance.now() - first > sameSignalMs) {
      second?.();
    }
  };
  for (const name of signals) process.on(name, hear);
  return {
    signal: controller.signal,
    onSecond(listener) {
      second = listener;
    },
    [Symbol.dispose]() {
      for (const name of signals) process.off(name, hear);
    },
  };
}
