import { createHash } from 'node:crypto';
import { idsHashInput } from '@telltale/contracts/ids-hash';
import { pruneLedger } from '@telltale/store/rollup';
import { createDatabase } from '@telltale/store/database';
import { connectWriter, disconnect } from '@telltale/stream/connect';
import { createBatchPublisher } from '@telltale/stream/publish-batch';
import { Client } from 'pg';
import type { Play } from '../frame/play.ts';
import type { Scenario } from '../frame/scenario.ts';
import { createRecordMaker } from '../load/make-records.ts';
import { openLedger } from '../oracle/ledger.ts';
import type { ServiceName } from '../stage/processes.ts';
import { team } from '../stage/stage.ts';

const dayMs = 86_400_000;
const copies = 1_000;
const width = 16;

/** Makes everything that was stored look older than a day, and has the aggregator's own clean-up go over it. */
async function letADayPass({ databaseUrl }: Play): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`update batch_ledger set folded_at = folded_at - interval '25 hours',
      committed_at = committed_at - interval '25 hours', received_at = received_at - interval '25 hours'`);
  } finally {
    await client.end();
  }
  await using db = createDatabase({ url: databaseUrl, max: 1, applicationName: 'faults' });
  await pruneLedger(db.kysely);
}

/** One body many times at once, all batches in reverse, and the whole again a day late: each record has one row. */
export const duplicates: Scenario = {
  name: 'duplicates',
  what: `a batch sent ${copies} times by ${width} clients at once, 100 batches in reverse order, and all of it again when its ledger rows are gone`,
  atLeast: copies,
  async play(play) {
    const ledger = openLedger(play.addLedger('repeated'));
    const make = createRecordMaker({ seed: 77, name: 'repeated', now: Date.now });
    const producer_id = `repeated-${Date.now().toString(36)}`;
    const batches = Array.from({ length: 100 }, (_, index) => {
      const records = Array.from({ length: 50 }, make);
      ledger.issue(records);
      return { producer_id, seq: index + 1, floor: 1, issued: 50 * (index + 1), dropped: {}, records };
    });
    const bodies = batches.map((batch) => JSON.stringify(batch));
    const post = async (body: string): Promise<void> => {
      const { status, text } = await play.api.post('/telemetry', body);
      const settled = status === 409 && text.includes('seq_settled');
      if (status !== 202 && status !== 200 && !settled)
        play.problem(`a duplicate was answered with ${status}: ${text}`);
    };
    for (let sent = 0; sent < copies; sent += width) {
      await Promise.all(Array.from({ length: width }, () => post(bodies[0] ?? '')));
      play.hit('same batch again', width);
    }
    for (const body of bodies.toReversed()) await post(body);
    play.hit('batch before its predecessors', bodies.length - 1);
    ledger.acknowledge(ledger.issued());
    await play.drain();
    await letADayPass(play);
    for (const body of bodies) await post(body);
    play.hit('a day late over HTTP', bodies.length);
    const redis = await connectWriter({ url: play.redis.url, name: 'faults' });
    try {
      const { publish } = createBatchPublisher(redis);
      for (const batch of batches) {
        const ids_hash = createHash('sha256').update(idsHashInput(batch.records)).digest('hex');
        const received_at = new Date().toISOString();
        await publish({ v: 1, team_id: team, ...batch, ids_hash, received_at, rejected: 0 });
      }
      play.hit('a day late in the stream', batches.length);
    } finally {
      disconnect(redis);
    }
    await play.recovered();
  },
};

/** What an operator's mistake, or a machine without a clock of its own, does to the clocks of services. */
const serviceSteps: readonly (readonly [ServiceName, number])[] = [
  ['gateway', 3_600_000],
  ['collector', -dayMs],
  ['aggregator', dayMs],
  ['gateway', -dayMs],
  ['collector', 300_000],
  ['aggregator', -300_000],
  ['gateway', 0],
  ['collector', 0],
  ['aggregator', 0],
];

/** Clocks that are wrong from the start, and clocks that jump while their process works. */
export const clockSteps: Scenario = {
  name: 'clock-steps',
  what: 'recorders whose clock says 1970 or 2105, is off by a day, and steps while they work; the clock of each service steps by up to a day, forward and back',
  stage: { preload: 'stepped-clock' },
  // Runs of 1970 are given up as lost, and their minutes and quarter hours go when the aggregator's day is over.
  tolerates: ['foreign', 'droppedBuckets'],
  atLeast: 4 + serviceSteps.length,
  async play(play) {
    const now = Date.now();
    const clocks = [
      [{ after: 0, offMs: 60_000 - now }],
      [{ after: 0, offMs: Date.UTC(2105, 11, 31) - now }],
      [
        { after: 0, offMs: dayMs },
        { after: 3_000, offMs: -dayMs },
      ],
      [
        { after: 2_000, offMs: -3_600_000 },
        { after: 4_000, offMs: 300_000 },
        { after: 5_000, offMs: -300_000 },
      ],
    ];
    const loads = await Promise.all(
      clocks.map((clock, index) =>
        play.recorder({ via: index % 2 === 0 ? 'stream' : 'http', records: 6_000, rate: 800, clock }),
      ),
    );
    play.hit('wrong clock', clocks.length);
    for (const [service, offMs] of serviceSteps) {
      await play.pause(1_000);
      play.processes.stepClock(service, offMs);
      play.hit(`clock of ${service} stepped`);
    }
    await Promise.all(loads.map(({ done }) => done));
    await play.recovered();
  },
};
