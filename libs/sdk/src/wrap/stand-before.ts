const ownOf = (original: object): Map<string | symbol, PropertyDescriptor> =>
  new Map(Reflect.ownKeys(original).map((key) => [key, Reflect.getOwnPropertyDescriptor(original, key) ?? {}]));

/** Whether a proxy would have to answer with one of its very methods, which it is there to record. */
const hasFixedMethod = (original: object): boolean =>
  [...ownOf(original).values()].some(
    ({ configurable, writable, value }) => configurable === false && writable === false && typeof value === 'function',
  );

/** The same keys of the same kind, none of them fixed. */
function unfixed(original: object): object {
  const copy = Object.create(Reflect.getPrototypeOf(original)) as object;
  for (const [key, property] of ownOf(original)) {
    const loose = 'value' in property ? { writable: true } : {};
    Object.defineProperty(copy, key, { ...property, configurable: true, ...loose });
  }
  return copy;
}

/** `original` to whoever looks at it, but for what `get` answers with; what is set is set on it. */
export function standBefore<T extends object>(original: T, get: (key: string | symbol) => unknown): T {
  const proxy: T = new Proxy((hasFixedMethod(original) ? unfixed(original) : original) as T, {
    get: (_target, key): unknown => get(key),
    // Of an object that inherits from it what is set is that one's own.
    set: (_target, key, value, self): boolean =>
      self === proxy ? Reflect.set(original, key, value) : Reflect.set(original, key, value, self),
  });
  return proxy;
}

/** A method of `original` that works on it, whoever calls it, and is in all else what it was: a class stays one. */
export const methodOf = (original: object, method: (...values: never[]) => unknown): object =>
  new Proxy(method, {
    apply: (run, _self, values: unknown[]): unknown => Reflect.apply(run, original, values),
  });
