import { createManualClock } from '@telltale/testkit/manual-clock';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import type { RunRow } from '@telltale/contracts/http/runs';
import { awaitEnds } from './await-ends.ts';

const row = (status: 'running' | 'ended') => ({ status }) as RunRow;

test('says how many are left as they end, and comes back when none is', async () => {
  let asked = 0;
  const endsAfter: Record<string, number> = { a: 0, b: 3, c: 6 };
  const run = async (id: string) => {
    asked += 1;
    return row(asked > (endsAfter[id] ?? 0) ? 'ended' : 'running');
  };
  const clock = createManualClock();
  const said: number[] = [];
  const waiting = awaitEnds({ run }, ['a', 'b', 'c'], (left) => said.push(left), clock);
  let over = false;
  void waiting.then(() => (over = true));
  await until(() => {
    clock.advance(250);
    return over;
  });
  expect(await waiting).toEqual([]);
  expect(said).toEqual([2, 1]);
});

test('does not wait for ever for a run whose owner is away', async () => {
  const clock = createManualClock();
  const waiting = awaitEnds({ run: async () => row('running') }, ['a'], () => undefined, clock);
  await until(() => clock.sleepers() > 0);
  clock.advance(30_000);
  expect(await waiting).toEqual(['a']);
});
