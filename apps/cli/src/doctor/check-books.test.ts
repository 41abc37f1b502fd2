import type { DeliveryAnswer, ProducerBooks } from '@telltale/contracts/http/delivery';
import { createRestClient } from '@telltale/sdk/rest/rest-client';
import { createTelltaleApi } from '@telltale/sdk/rest/telltale-api';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { checkBooks } from './check-books.ts';
import type { Finding } from './finding.ts';

const books = { issued: null, stored: 6, dead_lettered: 0, rejected: 0, dropped: {}, lost: null, open: null };
const producer: ProducerBooks = {
  ...books,
  producer_id: 'counts-nothing',
  stored_seq: 9,
  closed: false,
  lost_batches: 3,
  late_duplicates: 0,
};
const delivery: DeliveryAnswer = {
  producers: [producer],
  total: { ...books, lost: {}, unaccounted_producers: 2, lost_batches: 5 },
  stream_lag_ms: 0,
  rollup_lag_ms: 0,
  canary: null,
  intake: {
    open: true,
    reason: null,
    stream_used_bytes: null,
    stream_limit_bytes: null,
    waiting_batches: null,
    refused: {},
  },
  limit: 100,
  offset: 0,
};

/** What the doctor says of these books. */
async function findingsOf(answer: DeliveryAnswer): Promise<Finding[]> {
  const letters = { dead_letters: [], total: 0, limit: 1, offset: 0 };
  await using server = createServer((request, response) => {
    const said = request.url?.includes('dead-letters') === true ? letters : answer;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(said));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return await checkBooks(createTelltaleApi(createRestClient({ url: `http://127.0.0.1:${port}`, key: 'tt_any' })));
}
const named = (findings: readonly Finding[], name: string) => findings.find((finding) => finding.name === name);

test('batches that a producer without an account gave up are said to be lost, though no total knows their records', async () => {
  expect(named(await findingsOf(delivery), 'lost')).toMatchObject({
    status: 'warning',
    details: '5 batches of counts-nothing and others, not known how many records',
  });
});

test('every entry of the books is told, of each producer heard of last and of all', async () => {
  const account = {
    issued: 12,
    stored: 6,
    dead_lettered: 1,
    rejected: 2,
    dropped: { spool_full: 3 },
    lost: {},
    open: 0,
  };
  const counted: ProducerBooks = { ...producer, ...account, producer_id: 'counts', closed: true };
  const total = { ...delivery.total, ...account, lost: { restore: 4 }, issued: 16, unaccounted_producers: 1 };
  const found = await findingsOf({ ...delivery, producers: [counted, producer], total });
  expect(named(found, 'books')).toEqual({
    name: 'books',
    status: 'ok',
    details:
      'balanced: 16 issued: 6 stored, 1 dead-lettered, 2 rejected, 3 dropped (spool_full 3), 4 lost (restore 4), 0 open',
  });
  expect(named(found, 'books of counts')).toMatchObject({
    status: 'ok',
    details: '12 issued: 6 stored, 1 dead-lettered, 2 rejected, 3 dropped (spool_full 3), 0 lost, 0 open',
  });
  expect(named(found, 'books of counts-nothing')?.details).toBe(
    'not known how many issued: 6 stored, 0 dead-lettered, 0 rejected, 0 dropped, lost unknown',
  );
});

test('of many producers only those heard of last are told, and every one whose books do not balance', async () => {
  const account = { issued: 1, stored: 1, lost: {}, lost_batches: 0, open: 0 };
  const producers = Array.from({ length: 30 }, (_, n): ProducerBooks => ({
    ...producer,
    ...account,
    producer_id: `p${n}`,
    ...(n === 20 && { closed: true, issued: 2, open: 1 }),
    ...(n === 25 && { stored: 3, open: -2 }),
  }));
  const told = (await findingsOf({ ...delivery, producers })).filter(({ name }) => name.startsWith('books of '));
  expect(told.map(({ name }) => name.slice('books of '.length))).toEqual([
    ...Array.from({ length: 10 }, (_, n) => `p${n}`),
    'p20',
    'p25',
  ]);
  expect(told.slice(-2)).toMatchObject([
    { status: 'warning', details: expect.stringContaining('1 open, though it has closed') },
    { status: 'problem', remedy: expect.stringContaining('two clients') },
  ]);
});
