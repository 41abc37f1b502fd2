import { expect, test } from 'vitest';
import { decodeBatch } from './batch-codec.ts';

const head = {
  v: 1,
  team_id: 'red',
  producer_id: 'p',
  seq: 1,
  ids_hash: '0'.repeat(64),
  received_at: '2026-01-01T00:00:00.000Z',
  rejected: 0,
};

test('a record that is no object is one without a kind, for the store to judge, and its neighbours stay', () => {
  const neighbour = { v: 1, kind: 'agent_step' };
  const decoded = decodeBatch(Buffer.from(JSON.stringify({ ...head, records: [null, 42, 'text', neighbour] })));
  expect(decoded.ok && decoded.batch.records).toEqual([
    { not_a_record: null },
    { not_a_record: 42 },
    { not_a_record: 'text' },
    neighbour,
  ]);
});
