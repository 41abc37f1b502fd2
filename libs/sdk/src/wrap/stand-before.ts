/**
 * What a proxy of `original` may stand before: of something frozen a proxy would have to answer with the very methods that it is
 * there to record, so that one stands before an empty object that inherits from it.
 */
export const standBefore = <T extends object>(original: T): T =>
  Object.isExtensible(original) ? original : (Object.create(original) as T);

/** A method of `original` that works on it, whoever calls it, and is in all else what it was: a class stays one. */
export const methodOf = (original: object, method: (...values: never[]) => unknown): object =>
  new Proxy(method, {
    apply: (run, _self, values: unknown[]): unknown => Reflect.apply(run, original, values),
  });
