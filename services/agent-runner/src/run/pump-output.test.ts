import { expect, test } from 'vitest';
import { pumpOutput } from './pump-output.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const clock = { now: () => Date.now(), monotonic: () => performance.now(), sleep: turn };

/** Whoever holds the other end of the pipe prints as fast as it is read. */
function withoutEnd() {
  let over = false;
  const piece = Buffer.alloc(64 * 1024, 'x');
  return {
    async *[Symbol.asyncIterator]() {
      while (!over) yield piece;
    },
    destroy: () => (over = true),
  };
}

test('whoever prints without end into the pipe of a program that ended does not keep its run open', async () => {
  const splitter = { push: () => undefined, end: () => undefined };
  const pump = pumpOutput({ name: 'stdout', source: withoutEnd(), sink: null, splitter, clock, room: turn });
  await pump.finish();
  expect(pump.bytes()).toBeGreaterThan(1024 * 1024);
});
