import { readFileSync } from 'node:fs';
import { ingestBody, producerAccount, type StreamBatch } from '@telltale/contracts/batch';
import { ingestAnswer } from '@telltale/contracts/ingest-answer';
import { aRecord } from '@telltale/testkit/records';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { decodeBatch, encodeBatch } from './batch-codec.ts';

/** What version 0.1.0 wrote: stream entries of a small and a large batch, and the body that its SDK posted. */
const golden = (name: string): Buffer => readFileSync(new URL(`../golden/0.1.0/${name}`, import.meta.url));

/** How version 0.1.0 read: its fields, and nothing said about others. */
const account = {
  floor: z.int().optional(),
  issued: z.int().optional(),
  dropped: z.record(z.string(), z.int()).optional(),
};
const oldEntry = z.object({
  v: z.literal(1),
  team_id: z.string(),
  producer_id: z.string(),
  seq: z.int().min(1),
  ids_hash: z.string().regex(/^[0-9a-f]{64}$/),
  received_at: z.string(),
  ...account,
  rejected: z.int(),
  records: z.array(z.unknown()),
});
const oldAnswer = z.object({
  producer_id: z.string(),
  seq: z.int(),
  accepted: z.int(),
  rejected: z.array(z.object({ index: z.int(), pointer: z.string(), code: z.string(), detail: z.string() })),
  stored_seq: z.int().optional(),
});

test.each(['entry-plain.bin', 'entry-zstd.bin'])('an entry of the version before is read whole: %s', (name) => {
  const decoded = decodeBatch(golden(name));
  expect(decoded).toMatchObject({
    ok: true,
    batch: { team_id: 'red', seq: 7, floor: 3, issued: 40, dropped: { spool_full: 2 }, rejected: 1 },
  });
  const records = decoded.ok ? decoded.batch.records : [];
  expect(records).toHaveLength(name === 'entry-plain.bin' ? 2 : 60);
  expect(records.at(-1)).toMatchObject({ kind: 'log_entry', message: expect.stringContaining('naïve ☃ line') });
});

test('a body of the version before, which never closes its producer, is taken', () => {
  const body = ingestBody.parse(JSON.parse(golden('post-telemetry.json').toString()));
  expect(body).toMatchObject({ seq: 7, floor: 3, issued: 40 });
  expect(body.last_seq).toBeUndefined();
});

test('an entry of this version is read by the version before, which knows nothing of what is new in it', () => {
  const records = [aRecord('agent_step')];
  const named = { v: 1 as const, team_id: 'red', producer_id: 'p', seq: 9, ids_hash: 'ab'.repeat(32) };
  const numbers = { floor: 2, issued: 4, dropped: {}, last_seq: 9, rejected: 0 };
  const batch: StreamBatch = { ...named, received_at: '2026-11-21T12:00:00.000Z', ...numbers, records };
  const { last_seq, ...known } = batch;
  expect(oldEntry.parse(JSON.parse(encodeBatch(batch).toString()))).toEqual(known);
  // Whoever closes sends no records: an entry of its own number, which the version before keeps as an empty batch.
  expect(oldEntry.safeParse(JSON.parse(encodeBatch({ ...batch, seq: 10, records: [] }).toString())).success).toBe(true);
  expect([last_seq, Object.keys(producerAccount)]).toEqual([9, [...Object.keys(account), 'last_seq']]);
});

test('an answer of this version is read by the version before, and one of the version before by this', () => {
  const old = { producer_id: 'p', seq: 7, accepted: 2, rejected: [], stored_seq: 6 };
  expect(oldAnswer.parse({ ...old, receipt: '3/1-1' })).toEqual(old);
  expect(ingestAnswer.parse(old)).toEqual(old);
});
