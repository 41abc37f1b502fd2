import { known, shortText } from '@telltale/answers/json-fields';
import { sizeOf } from '../metrics/event-fields.ts';
import type { CallDeps } from './metered-call.ts';
import { methodOf, standBefore } from './stand-before.ts';

type Operation = 'store' | 'recall' | 'delete';

/** What the methods of memory stores are called; the first that matches says what the method does. */
const words: readonly (readonly [RegExp, Operation])[] = [
  [/^(?:delete|remove|forget|clear|drop)/i, 'delete'],
  [/^(?:get|search|recall|query|find|retrieve|lookup|similarity|load)/i, 'recall'],
  [/^(?:add|store|save|put|set|insert|create|upsert|update|write|remember)/i, 'store'],
];

/** Which method does what, where its name does not say; null leaves a method alone. */
export type MemoryMethods = Readonly<Record<string, Operation | null>>;

const isNothing = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'object' &&
    Array.isArray(Reflect.get(value, 'results')) &&
    (Reflect.get(value, 'results') as unknown[]).length === 0);

const idOf = (operation: Operation, values: readonly unknown[], result: unknown): string | undefined => {
  const [first] = values;
  const told: unknown = typeof result === 'object' && result !== null ? Reflect.get(result, 'id') : undefined;
  if (typeof told === 'string') return shortText(told);
  // A key, not a text to be remembered or looked for.
  const key = operation === 'store' ? values.length > 1 : operation === 'delete' || !/\s/.test(String(first));
  return key && typeof first === 'string' ? shortText(first) : undefined;
};

/** A memory store whose stores, recalls and deletes are recorded; everything else of it is as it was. */
export function wrapMemory<T extends object>(store: T, deps: CallDeps, methods: MemoryMethods = {}): T {
  const { sink, scope } = deps;
  const operationOf = (name: string): Operation | null =>
    Object.hasOwn(methods, name) ? (methods[name] ?? null) : (words.find(([word]) => word.test(name))?.[1] ?? null);

  const note = (operation: Operation, values: readonly unknown[], result: unknown): void =>
    sink.defer(scope(), () => ({
      kind: 'memory_operation',
      operation,
      ...known({
        memory_id: idOf(operation, values, result),
        size_bytes: operation === 'delete' ? undefined : sizeOf(operation === 'store' ? values.at(-1) : result),
        hit: operation === 'recall' ? !isNothing(result) : undefined,
      }),
    }));

  return standBefore(store, (key) => {
    // Private fields are the store's own: its methods run on it, not on the proxy.
    const value: unknown = Reflect.get(store, key, store);
    if (typeof value !== 'function' || key === 'constructor') return value;
    const operation = typeof key === 'string' ? operationOf(key) : null;
    if (operation === null) return methodOf(store, value as (...values: never[]) => unknown);
    return (...values: unknown[]): unknown => {
      const result: unknown = Reflect.apply(value, store, values);
      if (result instanceof Promise) {
        // A memory that could not be reached was neither stored nor recalled: only its answer is noted.
        return result.then((answer: unknown) => {
          note(operation, values, answer);
          return answer;
        });
      }
      note(operation, values, result);
      return result;
    };
  });
}
