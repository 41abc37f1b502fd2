import { createHash, randomUUID } from 'node:crypto';
import type { StreamBatch } from '@telltale/contracts/batch';
import { idsHashInput } from '@telltale/contracts/ids-hash';
import { aRecord } from '@telltale/testkit/records';
import { createTestDatabase, type TestDatabase } from '@telltale/testkit/test-database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, type DatabaseHandle } from '../database.ts';
import { newStoreEpoch } from '../migrate/store-epoch.ts';
import { readDelivery } from '../read/read-delivery.ts';
import { readProducer } from '../read/read-producer.ts';
import { pruneLedger } from '../rollup/prune-ledger.ts';
import { closeOldGaps } from './close-old-gaps.ts';
import { readSettled } from './read-settled.ts';
import { storeBatches } from './store-batches.ts';

let server: TestDatabase;
let database: DatabaseHandle;
beforeAll(async () => {
  server = await createTestDatabase();
  database = createDatabase({ url: server.url, max: 4, applicationName: 'test' });
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** A producer of a team of its own, and what is known of it. */
function aProducer() {
  const [team, producer] = [randomUUID(), randomUUID()];
  const made = new Map<number, StreamBatch>();
  const of = { teamId: team, producerId: producer };
  const batch = (seq: number, fields: Partial<StreamBatch> = {}): StreamBatch => {
    const records = fields.records ?? [aRecord('agent_step')];
    const hash = createHash('sha256').update(idsHashInput(records)).digest('hex');
    const named = { v: 1 as const, team_id: team, producer_id: producer, seq, ids_hash: hash };
    const whole = { ...named, received_at: new Date().toISOString(), rejected: 0, records, ...fields };
    made.set(seq, whole);
    return whole;
  };
  const send = async (...batches: StreamBatch[]) => {
    const priced = batches.map((one) => ({ batch: one, costs: new Map() }));
    return (await storeBatches(database.pool, priced)).map(({ outcome }) => outcome);
  };
  return {
    of,
    batch,
    send,
    store: (...seqs: number[]) => send(...seqs.map((seq) => batch(seq))),
    sendAgain: (seq: number) => send(made.get(seq) ?? batch(seq)),
    close: (last: number, fields: Partial<StreamBatch> = {}) =>
      send(batch(last + 1, { records: [], last_seq: last, ...fields })),
    books: async () => (await readDelivery(database.kysely, { teamId: team, limit: 1, offset: 0 })).producers[0],
    state: () => readProducer(database.kysely, of),
    lost: async () =>
      (
        await database.pool.query('select first_seq, last_seq, reason from lost_range where team_id = $1 order by 1', [
          team,
        ])
      ).rows,
    /** As if so many days had passed, for all that is stored of it. */
    async age(days: number) {
      await database.pool.query(
        `update batch_ledger set committed_at = committed_at - make_interval(hours => $2),
           folded_at = coalesce(folded_at, now()) - make_interval(hours => $2) where team_id = $1`,
        [team, Math.round(days * 24)],
      );
    },
    ledgered: async () =>
      (await database.pool.query('select seq from batch_ledger where team_id = $1 order by 1', [team])).rows.map(
        ({ seq }) => seq,
      ),
  };
}

test('a closed producer is told from an open one, and its books balance to nothing', async () => {
  const p = aProducer();
  await p.send(p.batch(1, { issued: 1 }));
  expect(await p.books()).toMatchObject({ closed: false, lost: {} });
  expect(await p.close(1, { issued: 3, dropped: { spool_full: 2 } })).toEqual(['stored']);
  expect(await p.close(1, { issued: 3, dropped: { spool_full: 2 } })).toEqual(['stored']);
  expect(await p.books()).toMatchObject({ closed: true, issued: 3, stored: 1, lost: {}, stored_seq: 1 });
  expect(await p.state()).toMatchObject({ stored_seq: 1, last_seq: 1 });
  expect(await p.ledgered()).toEqual([1]);
});

test('gaps under a floor are closed and kept as lost, and what comes after all is stored and taken out of them', async () => {
  const p = aProducer();
  await p.store(1, 2, 7);
  expect(await p.state()).toMatchObject({ stored_seq: 2, first_gap: 3 });
  await p.send(p.batch(9, { floor: 9, issued: 9 }));
  expect(await p.state()).toEqual({ producer_id: p.of.producerId, stored_seq: 9 });
  expect(await p.lost()).toMatchObject([
    { first_seq: 3, last_seq: 6, reason: 'gap' },
    { first_seq: 8, last_seq: 8 },
  ]);
  expect(await p.books()).toMatchObject({ lost_batches: 5, lost: null });
  expect(await p.store(4)).toEqual(['stored']);
  expect(await p.lost()).toMatchObject([
    { first_seq: 3, last_seq: 3 },
    { first_seq: 5, last_seq: 6 },
    { first_seq: 8, last_seq: 8 },
  ]);
  expect(await p.sendAgain(4)).toEqual(['known']);
  await p.close(9);
  expect(await p.books()).toMatchObject({ closed: true, issued: 9, stored: 5, lost: { gap: 4 }, lost_batches: 4 });
});

test('of two clients with one producer id each number is whose batch came first; the others’ records are dead letters', async () => {
  const p = aProducer();
  const [mine, yours] = [p.batch(1), p.batch(1)];
  expect(await p.send(mine)).toEqual(['stored']);
  expect(await p.send(yours)).toEqual(['reused']);
  const yourSecond = p.batch(2);
  expect(await p.send(yourSecond)).toEqual(['stored']);
  expect(await p.send(p.batch(2, { records: [aRecord('agent_step'), aRecord('agent_step')] }))).toEqual(['reused']);
  expect(await p.send(mine, yourSecond)).toEqual(['known', 'known']);
  const letters = await database.pool.query('select seq, reason from dead_letter where team_id = $1 order by seq', [
    p.of.teamId,
  ]);
  expect(letters.rows).toEqual([
    { seq: 1, reason: 'seq_reused' },
    { seq: 2, reason: 'seq_reused' },
  ]);
  expect(await p.books()).toMatchObject({ stored: 2, dead_lettered: 3 });
  // One of them gives up what it no longer has: the other's batch below it is stored all the same.
  await p.send(p.batch(9, { floor: 9 }));
  expect(await p.books()).toMatchObject({ stored: 3, lost_batches: 6 });
  expect(await p.store(3)).toEqual(['stored']);
  expect(await p.books()).toMatchObject({ stored: 4, dead_lettered: 3, lost_batches: 5 });
});

test('a gap of a producer that names no floor closes a day after the first batch above it', async () => {
  const p = aProducer();
  await p.store(1, 4);
  await p.age(0.9);
  await closeOldGaps(database.pool);
  expect(await p.state()).toMatchObject({ stored_seq: 1, first_gap: 2 });
  await p.age(0.2);
  await p.store(6);
  await closeOldGaps(database.pool);
  expect(await p.state()).toMatchObject({ stored_seq: 4, first_gap: 5 });
  expect(await p.lost()).toMatchObject([{ first_seq: 2, last_seq: 3, reason: 'gap' }]);
});

test('a gap of a producer with a floor waits a week for its machine to come back', async () => {
  const p = aProducer();
  await p.send(p.batch(1, { floor: 1 }), p.batch(3, { floor: 1 }));
  await p.age(3);
  await closeOldGaps(database.pool);
  expect(await p.state()).toMatchObject({ stored_seq: 1 });
  await p.age(5);
  await closeOldGaps(database.pool);
  expect(await p.state()).toMatchObject({ stored_seq: 3 });
});

test('old folded rows under the watermark go; what still arrives is a late duplicate, counted and not stored again', async () => {
  const p = aProducer();
  await p.store(1, 2, 3, 5);
  await p.age(2);
  expect(await pruneLedger(database.kysely)).toBeGreaterThanOrEqual(3);
  expect(await p.ledgered()).toEqual([5]);
  expect(await p.sendAgain(2)).toEqual(['late_duplicate']);
  expect(await p.store(4)).toEqual(['stored']);
  expect(await p.state()).toMatchObject({ stored_seq: 5 });
  expect(await p.books()).toMatchObject({ stored: 5, late_duplicates: 1, dead_lettered: 0 });
});

test('rows that are not folded yet, and young ones, are never pruned', async () => {
  const p = aProducer();
  await p.store(1, 2);
  await database.pool.query(`update batch_ledger set folded_at = now() where seq = 1 and team_id = $1`, [p.of.teamId]);
  await pruneLedger(database.kysely);
  expect(await p.ledgered()).toEqual([1, 2]);
});

test('a body without a number is one batch for a week, and may be another one after it', async () => {
  const p = aProducer();
  const body = p.batch(1, { producer_id: `body:${randomUUID()}` });
  await p.send(body);
  await p.age(6);
  await pruneLedger(database.kysely);
  expect(await p.send(body)).toEqual(['known']);
  await p.age(2);
  await pruneLedger(database.kysely);
  expect(await p.ledgered()).toEqual([]);
});

test('after a restore what no spool has any more is booked as lost to the restore', async () => {
  const p = aProducer();
  await p.send(p.batch(1, { issued: 6, floor: 1 }));
  // The backup has batch 1; 2 to 4 were stored after it and are gone with their segments, 5 and 6 come from the spool.
  await newStoreEpoch(database.kysely);
  await p.send(p.batch(5, { issued: 6, floor: 5 }), p.batch(6, { issued: 6, floor: 5 }));
  expect(await p.lost()).toMatchObject([{ first_seq: 2, last_seq: 4, reason: 'restore' }]);
  await p.close(6, { issued: 6 });
  expect(await p.books()).toMatchObject({ lost: { restore: 3 }, stored: 3, issued: 6 });
});

test('batches that two collectors stored side by side are settled together for the next who asks', async () => {
  const p = aProducer();
  await p.store(1, 3);
  expect(await readSettled(database.pool, [p.of])).toEqual([{ ...p.of, stored_seq: 1, first_gap: 2, closed: false }]);
  await database.pool.query(
    `insert into batch_ledger (team_id, producer_id, seq, ids_hash, records, kinds, min_at, max_at, received_at)
     values ($1, $2, 2, '', 0, '{}', now(), now(), now())`,
    [p.of.teamId, p.of.producerId],
  );
  expect(await readSettled(database.pool, [p.of])).toEqual([
    { ...p.of, stored_seq: 3, first_gap: null, closed: false },
  ]);
});
