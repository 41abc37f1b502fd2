import type { OpenUse, OpenUses } from './open-uses.ts';
import { standBefore } from './stand-before.ts';

type End = { result: unknown } | { error: unknown };
/** With `left`, the moment at which it was read last, where its reader just stopped. */
export type GeneratorEnd = (end: End, left?: number) => void;
type AnyGenerator = AsyncGenerator<unknown, unknown, unknown>;
type Step = Promise<IteratorResult<unknown, unknown>>;

export const isAsyncGenerator = (value: unknown): value is AnyGenerator =>
  Object.prototype.toString.call(value) === '[object AsyncGenerator]';

/**
 * The same generator, telling once how it ended: with what it gave last, by failing, or because its reader left it. Of one
 * that its reader just stopped reading that is told once nobody can read it any more.
 */
export function watchGenerator(
  generator: AnyGenerator,
  { open, now, onEnd }: { open: OpenUses; now: () => number; onEnd: GeneratorEnd },
): AnyGenerator {
  let last: unknown;
  let lastRead = now();
  let ended = false;
  const end = (how: End, at?: number): void => {
    if (ended) return;
    ended = true;
    open.end(use);
    onEnd(how, at);
  };
  const use: OpenUse = { leave: () => end({ result: last }, lastRead) };
  const seen = async (step: Step): Step => {
    try {
      const result = await step;
      if (result.done === true) end({ result: result.value ?? last });
      else [last, lastRead] = [result.value, now()];
      return result;
    } catch (error) {
      end({ error });
      throw error;
    }
  };
  const steps: Readonly<Record<string | symbol, unknown>> = {
    next: (...values: [] | [unknown]) => seen(generator.next(...values)),
    return: (value: unknown) => seen(generator.return(value)),
    throw: (error: unknown) => seen(generator.throw(error)),
  };
  const watched = standBefore(generator, (key) =>
    Object.hasOwn(steps, key) ? steps[key] : Reflect.get(generator, key),
  );
  open.add(use);
  open.readFrom(watched, use);
  return watched;
}
