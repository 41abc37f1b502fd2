import { randomUUID } from 'node:crypto';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { encodeBatch } from '@telltale/stream/batch-codec';
import { aRecord } from '@telltale/testkit/records';
import { expect, test } from 'vitest';
import { replayBatch } from './replay-batch.ts';

const at = '2026-01-01T00:00:00.000Z';
const letter = {
  id: randomUUID(),
  producer_id: 'p',
  seq: 7,
  record_id: null,
  kind: null,
  reason: 'seq_reused',
  detail: 'd',
  attempts: 3,
  size_bytes: 1,
  created_at: at,
  last_at: at,
};
const batchOf = (records: TelemetryRecord[]) => ({
  v: 1 as const,
  team_id: 'elsewhere',
  producer_id: 'p',
  seq: 7,
  ids_hash: '0'.repeat(64),
  received_at: at,
  rejected: 2,
  issued: 9,
  floor: 1,
  records,
});

test('a batch, compressed or as JSON, is replayed in the team that asks, without an account and under a new number', () => {
  const records = Array.from({ length: 50 }, () => aRecord('tool_call'));
  for (const payload of [encodeBatch(batchOf(records)), Buffer.from(JSON.stringify(batchOf(records)))]) {
    const batch = replayBatch({ letter, payload }, 'red', at);
    expect(batch).toMatchObject({
      team_id: 'red',
      producer_id: `dead-letter:${letter.id}`,
      seq: 3,
      rejected: 0,
      records,
    });
    expect(batch).not.toHaveProperty('issued');
    expect(batch).not.toHaveProperty('floor');
  }
});

test('a batch that nobody could read brings the account that its producer kept', () => {
  const payload = encodeBatch(batchOf([aRecord('metric')]));
  const unread = { ...letter, reason: 'unsupported_version' };
  expect(replayBatch({ letter: unread, payload }, 'red', at)).toMatchObject({ issued: 9, rejected: 0 });
});

test('a batch of a version that nobody knows here waits for the upgrade', () => {
  const payload = Buffer.from(JSON.stringify({ ...batchOf([]), v: 9 }));
  expect(() => replayBatch({ letter, payload }, 'red', at)).toThrow(/replay it after an upgrade, or drop it/);
});

test('a record that nests deeper than can be written is refused as such', () => {
  const deep = `{"kind":"agent_step","attributes":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
  expect(() => replayBatch({ letter, payload: Buffer.from(deep) }, 'red', at)).toThrow(/nests too deep/);
});
