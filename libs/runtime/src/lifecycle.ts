import type { Log } from './log.ts';

type Step = { name: string; undo: () => Promise<void> | void };

/**
 * Undo steps, run in reverse order of acquisition. A step that fails or exceeds `stepMs` is logged and does not keep
 * the others from running; disposing twice waits for the first.
 */
export function createLifecycle({ log, stepMs = 8_000 }: { log: Log; stepMs?: number }) {
  const steps: Step[] = [];
  let disposal: Promise<void> | undefined;

  const runStep = async ({ name, undo }: Step, errors: unknown[]): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${name} did not stop within ${stepMs} ms`)), stepMs);
    });
    try {
      await Promise.race([Promise.resolve().then(undo), late]);
    } catch (error) {
      log.error({ err: error, part: name }, 'a part failed to stop');
      errors.push(error);
    } finally {
      clearTimeout(timer);
    }
  };

  const disposeAll = async (): Promise<void> => {
    const errors: unknown[] = [];
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) await runStep(step, errors);
    if (errors.length > 0) throw new AggregateError(errors, 'some parts failed to stop');
  };

  return {
    /** Registers how to undo what was just acquired. */
    defer(name: string, undo: () => Promise<void> | void): void {
      steps.push({ name, undo });
    },
    /** Registers a disposable and hands it back. */
    use<T extends AsyncDisposable>(name: string, part: T): T {
      steps.push({
        name,
        undo: async () => {
          await part[Symbol.asyncDispose]();
        },
      });
      return part;
    },
    [Symbol.asyncDispose](): Promise<void> {
      disposal ??= disposeAll();
      return disposal;
    },
  };
}
export type Lifecycle = ReturnType<typeof createLifecycle>;
