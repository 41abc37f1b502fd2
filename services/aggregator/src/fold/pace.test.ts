import { createManualClock } from '@telltale/testkit/manual-clock';
import { expect, test } from 'vitest';
import { createPace } from './pace.ts';

const never = new AbortController().signal;

/** How long the next fold is put off after one of `tookMs` that left the rollups `lagMs` behind. */
async function pauseAfter(tookMs: number, lagMs: number, records = 10_000): Promise<number> {
  const clock = createManualClock();
  const pace = createPace(clock);
  pace.worked(tookMs, lagMs, records);
  let started: number | undefined;
  const ready = pace.ready(never).then(() => {
    started = clock.monotonic();
  });
  for (let ms = 0; ms < 20_000 && clock.sleepers() > 0; ms += 10) clock.advance(10);
  await ready;
  return started ?? NaN;
}

test('the first fold starts at once, and so does the one after a fold that cost nothing', async () => {
  const clock = createManualClock();
  await createPace(clock).ready(never);
  expect(await pauseAfter(0, 0)).toBe(0);
});

test('folding takes 15 % of the time, half of it once the rollups are 8 s late, and nearly all of it from 20 s on', async () => {
  expect(await pauseAfter(150, 0)).toBe(850);
  expect(await pauseAfter(150, 9_000)).toBe(150);
  expect(await pauseAfter(1_900, 21_000)).toBe(100);
});

test('a long fold puts the next one off by five seconds at most', async () => {
  expect(await pauseAfter(4_000, 0)).toBe(5_000);
});

test('a fold of few records puts the next one off by a second at most, however busy the machine was', async () => {
  expect(await pauseAfter(900, 0, 8)).toBe(1_000);
  expect(await pauseAfter(20, 0, 8)).toBeLessThan(200);
});

test('a stop ends the pause at once', async () => {
  const clock = createManualClock();
  const pace = createPace(clock);
  pace.worked(1_000, 0, 10_000);
  const stop = new AbortController();
  const ready = pace.ready(stop.signal);
  stop.abort();
  await ready;
  expect(clock.monotonic()).toBe(0);
});
