import { createHash, randomUUID } from 'node:crypto';
import { idsHashInput } from '@telltale/contracts/ids-hash';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { createDatabase } from '@telltale/store/database';
import { storeBatches } from '@telltale/store/ingest';
import { foldTeam } from '@telltale/store/rollup';

type What = [records: TelemetryRecord[], prices?: ReadonlyMap<string, string>, estimatedModels?: readonly string[]];

/** Stores records of a team as the collector does and folds them as the aggregator does; the rest as `storeOnly`. */
export async function seed(databaseUrl: string, team_id: string, ...what: What): Promise<void> {
  await storeOnly(databaseUrl, team_id, ...what);
  await using database = createDatabase({ url: databaseUrl, max: 1, applicationName: 'seed' });
  await foldTeam(database.kysely, team_id);
}

/**
 * Stores records of a team as the collector does; nothing is folded yet. `prices`: US dollars by model,
 * those of `estimatedModels` estimated.
 */
export async function storeOnly(
  databaseUrl: string,
  team_id: string,
  ...[records, prices = new Map(), estimatedModels = []]: What
): Promise<void> {
  await using database = createDatabase({ url: databaseUrl, max: 2, applicationName: 'seed' });
  const batch = {
    v: 1 as const,
    team_id,
    producer_id: randomUUID(),
    seq: 1,
    ids_hash: createHash('sha256').update(idsHashInput(records)).digest('hex'),
    received_at: new Date().toISOString(),
    rejected: 0,
    records,
  };
  const costs = records.flatMap((record, index) => {
    const cost_usd = record.kind === 'llm_call' ? prices.get(record.model) : undefined;
    if (record.kind !== 'llm_call' || cost_usd === undefined) return [];
    const cost_source = estimatedModels.includes(record.model) ? 'estimated' : 'computed';
    return [[index, { cost_usd, cost_source, price_version: '1' }] as const];
  });
  await storeBatches(database.pool, [{ batch, costs: new Map(costs) }]);
}
