import { expect, test } from 'vitest';
import type { Clock } from './clock.ts';
import { createLog } from './log.ts';
import { startLoop } from './loop.ts';

const log = createLog({ service: 'test', level: 'silent' });

/** A clock whose sleeps are recorded and end when the test says so. */
function manualClock() {
  const sleeps: { ms: number; wake: () => void }[] = [];
  const arrivals: (() => void)[] = [];
  const clock: Clock = {
    now: () => 0,
    monotonic: () => 0,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new Error('aborted')));
        sleeps.push({ ms, wake: resolve });
        arrivals.shift()?.();
      }),
  };
  const nextSleep = async () => {
    if (sleeps.length === 0) await new Promise<void>((resolve) => arrivals.push(resolve));
    const sleep = sleeps.shift();
    if (sleep === undefined) throw new Error('no sleep');
    return sleep;
  };
  return { clock, nextSleep };
}

test('turns follow each other after the wait that they ask for', async () => {
  const { clock, nextSleep } = manualClock();
  let turns = 0;
  const loop = startLoop({ name: 't', everyMs: 50, clock, log, turn: async () => (++turns === 1 ? 5 : undefined) });
  const first = await nextSleep();
  expect([turns, first.ms]).toEqual([1, 5]);
  first.wake();
  expect((await nextSleep()).ms).toBe(50);
  await loop[Symbol.asyncDispose]();
  expect(turns).toBe(2);
});

test('failures wait longer and longer, up to the ceiling', async () => {
  const { clock, nextSleep } = manualClock();
  const turn = async (): Promise<void> => {
    throw new Error('broken');
  };
  await using _loop = startLoop({ name: 't', everyMs: 1, clock, log, turn, random: () => 1, maxBackoffMs: 1_000 });
  const waits: number[] = [];
  for (let i = 0; i < 5; i += 1) {
    const sleep = await nextSleep();
    waits.push(sleep.ms);
    sleep.wake();
  }
  expect(waits).toEqual([200, 400, 800, 1_000, 1_000]);
});

test('wake ends the wait', async () => {
  const { clock, nextSleep } = manualClock();
  let turns = 0;
  await using loop = startLoop({ name: 't', everyMs: 1_000, clock, log, turn: async () => void turns++ });
  await nextSleep();
  loop.wake();
  await nextSleep();
  expect(turns).toBe(2);
});

test('dispose waits for the running turn and lets no other begin', async () => {
  const { clock } = manualClock();
  let finish: () => void = () => {};
  let ended = false;
  const turn = async (): Promise<void> => {
    await new Promise<void>((resolve) => (finish = resolve));
    ended = true;
  };
  const loop = startLoop({ name: 't', everyMs: 0, clock, log, turn });
  const disposed = loop[Symbol.asyncDispose]().then(() => ended);
  finish();
  expect(await disposed).toBe(true);
});
