import { TelltaleError } from '@telltale/contracts/errors';
import { producerAnswer, producerQuery, storeEpochHeader } from '@telltale/contracts/http/telemetry';
import { name } from '@telltale/contracts/text';
import { readLedgeredSeqs, readProducer, readStoreEpoch, type Db } from '@telltale/store/read';
import { entryOf, type PublishedEntry } from '@telltale/stream/publish-batch';
import { z } from 'zod';
import { allow, documented } from '../http/operation.ts';
import type { ZodApp } from '../http/zod-app.ts';

const params = z.object({ producer_id: name });

export type ProducerDeps = {
  db: Db;
  /** Whether an entry is still in the stream. */
  entryExists: (entry: PublishedEntry) => Promise<boolean>;
};

type Sent = { seq: number; receipt: string };

/** Those that are neither in the stream nor in the ledger. */
async function missingOf(
  { db, entryExists }: ProducerDeps,
  producer: { teamId: string; producerId: string; sent: readonly Sent[] },
): Promise<number[]> {
  const gone: number[] = [];
  await Promise.all(
    producer.sent.map(async ({ seq, receipt }) => {
      const entry = entryOf(receipt);
      if (entry === null || !(await entryExists(entry))) gone.push(seq);
    }),
  );
  if (gone.length === 0) return gone;
  // Acknowledged entries are trimmed: what is gone from the stream may be stored.
  const stored = await readLedgeredSeqs(db, { ...producer, seqs: gone });
  return gone.filter((seq) => !stored.has(seq)).toSorted((a, b) => a - b);
}

export function getProducer(app: ZodApp, deps: ProducerDeps): void {
  const { db } = deps;
  app.get(
    '/api/v1/telemetry/producers/:producer_id',
    {
      config: allow('ingest', 'runner', 'read'),
      schema: {
        params,
        querystring: producerQuery,
        ...documented('Telemetry', 'How far a producer is stored', { 200: producerAnswer }),
      },
    },
    async (request, reply) => {
      const producer = { teamId: request.team, producerId: request.params.producer_id };
      const [answer, epoch] = await Promise.all([readProducer(db, producer), readStoreEpoch(db)]);
      void reply.header(storeEpochHeader, epoch);
      const { sent } = request.query;
      if (answer === null && sent === undefined) {
        throw new TelltaleError('not_found', 'nothing of such a producer is stored');
      }
      const known = answer ?? { producer_id: producer.producerId, stored_seq: 0 };
      if (sent === undefined) return known;
      const above = sent.filter(({ seq }) => seq > known.stored_seq);
      return { ...known, missing: await missingOf(deps, { ...producer, sent: above }) };
    },
  );
}
