import { TelltaleError } from '@telltale/contracts/errors';
import { createLog } from '@telltale/runtime/log';
import type { StoredKey } from '@telltale/store/config';
import { createManualClock } from '@telltale/testkit/manual-clock';
import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { createKeyring } from './keyring.ts';

const keySecret = 'pepper';
const secret = 's'.repeat(43);
const text = `tt_${'k'.repeat(12)}_${secret}`;

function setup(change: Partial<StoredKey> = {}) {
  const clock = createManualClock();
  const stored: StoredKey = {
    keyId: 'k'.repeat(12),
    teamId: 'red',
    scopes: ['read'],
    principal: { kind: 'service', id: 'x' },
    secretHash: createHmac('sha256', keySecret).update(secret).digest(),
    expiresAt: null,
    revokedAt: null,
    ...change,
  };
  const store: { asked: number; answer: () => Promise<StoredKey | null> } = { asked: 0, answer: async () => stored };
  const findKey = () => {
    store.asked += 1;
    return store.answer();
  };
  const log = createLog({ service: 'test', level: 'silent' });
  return { clock, stored, store, check: createKeyring({ findKey, keySecret, clock, log }) };
}

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'accepted',
    (error: unknown) => (error instanceof TelltaleError ? error.code : 'other'),
  );

test('a key is asked for once and believed for a while', async () => {
  const { check, store } = setup();
  await Promise.all([check(text), check(text)]);
  await check(text);
  expect(store.asked).toBe(1);
});

test('a revoked key counts no longer than 30 s', async () => {
  const { check, store, stored, clock } = setup();
  await check(text);
  store.answer = async () => ({ ...stored, revokedAt: new Date() });
  clock.advance(29_999);
  expect(await refusal(check(text))).toBe('unauthenticated');
});

test('another secret, an unknown id, an expired key and nonsense are all refused alike', async () => {
  const { check } = setup();
  expect(await refusal(check(`tt_${'k'.repeat(12)}_${'t'.repeat(43)}`))).toBe('unauthenticated');
  expect(await refusal(check("' or 1=1 --"))).toBe('unauthenticated');
  const unknown = setup();
  unknown.store.answer = async () => null;
  expect(await refusal(unknown.check(text))).toBe('unauthenticated');
  const expired = setup({ expiresAt: new Date(Date.UTC(2025, 0, 1)) });
  expect(await refusal(expired.check(text))).toBe('unauthenticated');
});

test('while the store is away a key seen before goes on counting and an unseen one is not let in', async () => {
  const { check, store, clock } = setup();
  await check(text);
  store.answer = async () => Promise.reject(new Error('away'));
  clock.advance(3_600_000);
  expect(await refusal(check(text))).toBe('accepted');
  expect(await refusal(check(`tt_${'u'.repeat(12)}_${secret}`))).toBe('other');
});
