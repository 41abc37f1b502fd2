import type { DeliveryAnswer, ProducerBooks } from '@telltale/contracts/http/delivery';
import { createRestClient } from '@telltale/sdk/rest/rest-client';
import { createTelltaleApi } from '@telltale/sdk/rest/telltale-api';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { checkBooks } from './check-books.ts';

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

test('batches that a producer without an account gave up are said to be lost, though no total knows their records', async () => {
  const letters = { dead_letters: [], total: 0, limit: 1, offset: 0 };
  await using server = createServer((request, response) => {
    const answer = request.url?.includes('dead-letters') === true ? letters : delivery;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const api = createTelltaleApi(createRestClient({ url: `http://127.0.0.1:${port}`, key: 'tt_any' }));
  const finding = (await checkBooks(api)).find(({ name }) => name === 'lost');
  expect(finding).toMatchObject({
    status: 'warning',
    details: '5 batches of counts-nothing and others, not known how many records',
  });
});
