type End = { result: unknown } | { error: unknown };

export const isAsyncGenerator = (value: unknown): value is AsyncGenerator<unknown, unknown, unknown> =>
  Object.prototype.toString.call(value) === '[object AsyncGenerator]';

/** The same generator, telling once how it ended: with what it gave last, by failing, or because its reader left it. */
export function watchGenerator(
  generator: AsyncGenerator<unknown, unknown, unknown>,
  onEnd: (end: End) => void,
): AsyncGenerator<unknown, unknown, unknown> {
  let last: unknown;
  let ended = false;
  const end = (how: End): void => {
    if (!ended) onEnd(how);
    ended = true;
  };
  const seen = async (step: Promise<IteratorResult<unknown, unknown>>): Promise<IteratorResult<unknown, unknown>> => {
    try {
      const result = await step;
      if (result.done === true) end({ result: result.value ?? last });
      else last = result.value;
      return result;
    } catch (error) {
      end({ error });
      throw error;
    }
  };
  return {
    next: (...values) => seen(generator.next(...values)),
    return: (value) => seen(generator.return(value)),
    throw: (error) => seen(generator.throw(error)),
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await this.return(undefined);
    },
  };
}
