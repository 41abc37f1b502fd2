import { expect, test } from 'vitest';
import { parseRecord } from '@telltale/contracts/records/parse-record';
import { droppableKinds, type RecordKind, recordKinds } from '@telltale/contracts/records/record';
import { createGenerator } from './generate.ts';
import { mix } from './mix.ts';

const make = (batches: number, size: number) => {
  const generator = createGenerator({ seed: 7, team_id: 'bench', history: { ms: 3_600_000, batches } });
  return Array.from({ length: batches }, () => generator.next(size));
};

test('the mix names every kind, adds up to a thousand and is more than half log lines', () => {
  expect(Object.keys(mix).toSorted()).toEqual([...recordKinds].toSorted());
  expect(Object.values(mix).reduce((sum, part) => sum + part, 0)).toBe(1000);
  expect([mix.log_entry, mix.llm_call]).toEqual([550, 50]);
});

test('every generated record is one the door takes as it is', () => {
  for (const batch of make(60, 50)) {
    for (const record of batch.records) expect(parseRecord(record)).toEqual({ ok: true, record, unknownFields: 0 });
  }
});

test('the kinds come in the shares that are written down', () => {
  const counts = new Map<RecordKind, number>();
  const batches = make(800, 50);
  for (const { records } of batches) for (const { kind } of records) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  for (const kind of recordKinds) {
    const share = ((counts.get(kind) ?? 0) / 40_000) * 1000;
    expect(Math.abs(share - mix[kind]), kind).toBeLessThan(6 + mix[kind] * 0.1);
  }
});

test('a batch is of one lane and each producer numbers its own without gaps', () => {
  const last = new Map<string, number>();
  for (const { producer_id, seq, records } of make(100, 20)) {
    expect(new Set(records.map(({ kind }) => droppableKinds.has(kind))).size).toBe(1);
    expect(seq).toBe((last.get(producer_id) ?? 0) + 1);
    last.set(producer_id, seq);
  }
});
