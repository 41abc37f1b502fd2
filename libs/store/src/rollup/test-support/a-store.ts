import { createHash, randomUUID } from 'node:crypto';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { createTestDatabase } from '@telltale/testkit/test-database';
import { createDatabase } from '../../database.ts';
import type { CallCost } from '../../ingest/door.ts';
import { storeBatches } from '../../ingest/store-batches.ts';

export type CostOf = (record: TelemetryRecord) => CallCost | undefined;

/** A database of the test's own, with what the tests of folding do to it again and again. */
export async function aStore({ max = 4 }: { max?: number } = {}) {
  const server = await createTestDatabase();
  const database = createDatabase({ url: server.url, max, applicationName: 'test' });
  return {
    db: database.kysely,
    url: server.url,
    async rows<T extends object = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<T[]> {
      return (await database.pool.query<T>(text, values)).rows;
    },
    /** Stores records of one team as one batch, as the collector does; one of the same `producer` comes again. */
    async store(
      records: readonly TelemetryRecord[],
      { team = 'red', costOf, producer }: { team?: string; costOf?: CostOf; producer?: string } = {},
    ) {
      const costs = new Map<number, CallCost>();
      records.forEach((record, index) => {
        const cost = record.kind === 'llm_call' ? costOf?.(record) : undefined;
        if (cost !== undefined) costs.set(index, cost);
      });
      const batch = {
        v: 1 as const,
        team_id: team,
        producer_id: producer ?? randomUUID(),
        seq: 1,
        ids_hash: createHash('sha256')
          .update(producer ?? randomUUID())
          .digest('hex'),
        received_at: new Date().toISOString(),
        rejected: 0,
        records: [...records],
      };
      return storeBatches(database.pool, [{ batch, costs }]);
    },
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
export type AStore = Awaited<ReturnType<typeof aStore>>;
