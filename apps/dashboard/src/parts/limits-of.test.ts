import type { StoredRunEvent } from '@telltale/contracts/http/records';
import { expect, test } from 'vitest';
import { limitsOf } from './limits-of.ts';

const event = (fields: Partial<StoredRunEvent>) => ({ event: 'started', ...fields }) as StoredRunEvent;

test('limits are drawn from the start of a run, before it comes near to one', () => {
  expect(limitsOf([event({ evidence: { limits: { memory: 2 ** 30, timeout: 60_000 } } })])).toEqual({
    memory: [{ name: 'limit', value: 2 ** 30 }],
    processes: [],
  });
});

test('a limit that was changed is the one its newest step names', () => {
  const events = [
    event({ evidence: { limits: { processes: 8 } } }),
    event({ event: 'limit', limit: 'processes', step: 'warn', cap: 16 }),
  ];
  expect(limitsOf(events).processes).toEqual([{ name: 'limit', value: 16 }]);
  expect(limitsOf([event({})])).toEqual({ memory: [], processes: [] });
});
