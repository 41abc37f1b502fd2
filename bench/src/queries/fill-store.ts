import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { createDatabase } from '@telltale/store/database';
import { storeBatches } from '@telltale/store/ingest';
import { ensurePartitions } from '@telltale/store/migrate';
import { foldTeam } from '@telltale/store/rollup';
import { createGenerator } from '../generate.ts';
import { batchSize } from '../mix.ts';

export const teamId = 'bench';
const sessionsPerAgent = 100;
const historyDays = 28;
const dayMs = 86_400_000;
/** Batches stored in one transaction. */
const together = 20;

/** Each agent goes from one session to the next, 100 in all: 20,000 sessions of 200 agents. */
function intoSession(record: TelemetryRecord, part: number): TelemetryRecord {
  const session = `${record.agent_id}-${Math.min(sessionsPerAgent - 1, Math.floor(part * sessionsPerAgent))}`;
  return { ...record, session_id: `session-${session}`, run_id: `run-${session}`, task_id: `task-${session}` };
}

/** Every sixth call has no price. */
const costOf = (record: TelemetryRecord, index: number) =>
  record.kind === 'llm_call' && index % 6 > 0
    ? [[index, { cost_usd: `0.0${index % 9}1234567`, cost_source: 'computed', price_version: '1' }] as const]
    : [];

/** Four weeks of the fleet's records, stored and folded by the product's own functions. Returns how long each took. */
export async function fillStore(url: string, records: number): Promise<{ storedMs: number; foldedMs: number }> {
  await using database = createDatabase({ url, max: 2, applicationName: 'bench', idleInTransactionTimeoutMs: 0 });
  const now = Date.now();
  await ensurePartitions(database.kysely, { now, daysBack: historyDays + 1 });
  const count = Math.ceil(records / batchSize);
  const history = { ms: historyDays * dayMs, batches: count };
  const generator = createGenerator({ seed: 1, team_id: teamId, history });
  const begin = performance.now();
  for (let made = 0; made < count; made += together) {
    const batches = Array.from({ length: Math.min(together, count - made) }, (_, index) => {
      const batch = generator.next(batchSize);
      const moved = batch.records.map((record) => intoSession(record, (made + index) / count));
      return { batch: { ...batch, records: moved }, costs: new Map(moved.flatMap(costOf)) };
    });
    await storeBatches(database.pool, batches);
  }
  const stored = performance.now();
  for (let folded = 1; folded > 0;) folded = (await foldTeam(database.kysely, teamId)).batches;
  const end = performance.now();
  await database.pool.query('vacuum analyze');
  return { storedMs: stored - begin, foldedMs: end - stored };
}
