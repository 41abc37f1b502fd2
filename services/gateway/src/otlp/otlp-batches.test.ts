import { expect, test } from 'vitest';
import { statusBody, successBody } from '@telltale/otlp/answers';
import { otlpBatches } from './otlp-batches.ts';
import type { Draft } from '@telltale/otlp/read/draft';

const at = '2026-11-21T12:00:00.000Z';
const metric = (name: string): Draft => ({ kind: 'metric', at, agent_id: 'a', name, value: 1 });

test('the same bytes are the same batch of the same records, other bytes are not', () => {
  const [first, again, other] = ['one', 'one', 'two'].map((body) =>
    otlpBatches('red', Buffer.from(body), [metric('m')], at),
  );
  expect(again).toEqual(first);
  expect(other?.batches[0]?.producer_id).not.toBe(first?.batches[0]?.producer_id);
  expect(other?.batches[0]?.records[0]?.id).not.toBe(first?.batches[0]?.records[0]?.id);
});

test('a large request is several batches of one producer, cut at the same places each time', () => {
  const drafts = Array.from({ length: 2_500 }, (_, index) => metric(`m${index}`));
  const { batches } = otlpBatches('red', Buffer.from('body'), drafts, at);
  expect(batches.map(({ seq, records }) => [seq, records.length])).toEqual([
    [1, 1_000],
    [2, 1_000],
    [3, 500],
  ]);
  expect(new Set(batches.flatMap(({ records }) => records.map(({ id }) => id))).size).toBe(2_500);
});

test('an item that no schema takes is rejected by name and costs its neighbours nothing', () => {
  const { batches, rejected } = otlpBatches('red', Buffer.from('b'), [metric('good'), metric('')], at);
  expect(batches[0]).toMatchObject({ rejected: 1, records: [{ name: 'good' }] });
  expect(rejected).toEqual([expect.objectContaining({ pointer: '#/records/1/name' })]);
});

test('a partial success says how many items were not taken and why', () => {
  const rejected = { count: 300, message: 'name: is too long' };
  expect(JSON.parse(successBody('logs', 'json', rejected).toString())).toEqual({
    partialSuccess: { rejectedLogRecords: '300', errorMessage: 'name: is too long' },
  });
  const body = successBody('traces', 'protobuf', rejected);
  const message = Buffer.from('name: is too long');
  expect(body).toEqual(
    Buffer.concat([Buffer.from([0x0a, message.length + 5, 0x08, 0xac, 0x02, 0x12, message.length]), message]),
  );
});

test('a refusal is a google.rpc.Status', () => {
  expect(statusBody('protobuf', 429, 'slow')).toEqual(Buffer.from([0x08, 8, 0x12, 4, ...Buffer.from('slow')]));
});
