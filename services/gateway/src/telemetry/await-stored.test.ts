import type { StreamBatch } from '@telltale/contracts/batch';
import { createManualClock } from '@telltale/testkit/manual-clock';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { awaitStored } from './await-stored.ts';

const batch: StreamBatch = {
  v: 1,
  team_id: 'red',
  producer_id: 'p',
  seq: 1,
  ids_hash: 'a'.repeat(64),
  received_at: '2026-01-01T00:00:00.000Z',
  rejected: 0,
  records: [],
};

function setup() {
  const clock = createManualClock();
  const ledger = { hash: null as string | null, hashOf: async () => ledger.hash };
  const stop = new AbortController();
  const waiting = awaitStored({ ledger, clock }, batch, { forMs: 1_000, signal: stop.signal });
  waiting.catch(() => {});
  return { clock, ledger, stop, waiting };
}

test('it is stored once the ledger has this very batch', async () => {
  const { clock, ledger, waiting } = setup();
  await until(() => clock.sleepers() === 1);
  ledger.hash = batch.ids_hash;
  clock.advance(20);
  expect(await waiting).toBe(true);
});

test('a seq that was used for other records is a conflict', async () => {
  const { clock, ledger, waiting } = setup();
  await until(() => clock.sleepers() === 1);
  ledger.hash = 'b'.repeat(64);
  clock.advance(20);
  await expect(waiting).rejects.toMatchObject({ code: 'seq_reused' });
});

test('it gives up in time, and at once when the caller left', async () => {
  const { clock, waiting } = setup();
  let over = false;
  void waiting.then(() => (over = true));
  await until(() => {
    clock.advance(250);
    return over;
  });
  expect(await waiting).toBe(false);
  expect(clock.monotonic()).toBeLessThanOrEqual(1_250);

  const left = setup();
  await until(() => left.clock.sleepers() === 1);
  left.stop.abort();
  expect(await left.waiting).toBe(false);
});
