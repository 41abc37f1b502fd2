import type { StreamBatch } from '@telltale/contracts/batch';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { createDatabase, type DatabaseHandle } from '@telltale/store/database';
import { storeBatches } from '@telltale/store/ingest';
import { ensurePartitions } from '@telltale/store/migrate';
import { foldTeam, tidyBuckets } from '@telltale/store/rollup';
import { createGenerator } from '../generate.ts';
import { batchSize } from '../mix.ts';

export const teamId = 'bench';
export const sessionsPerAgent = 100;
const historyDays = 30;
const dayMs = 86_400_000;
/** Batches stored in one transaction. */
const together = 20;
/** Records of one fold. */
const foldedTogether = 500_000;

/**
 * Which of its 100 sessions an agent is in at `part` of the history: one after the other, each begun at another time of
 * day than those of its neighbours, a tenth of the work in the one before, a hundredth in the first, which never ends.
 */
function sessionAt(agent: number, part: number, turn: number): number {
  const place = Math.max(0, part * sessionsPerAgent - ((agent * 37) % 100) / 100);
  const current = Math.min(sessionsPerAgent - 1, Math.floor(place));
  if (turn % 100 === 0) return 0;
  return turn % 10 === 0 ? Math.max(0, current - 1) : current;
}

/** A session is one run; every fourth has two tasks that take turns, every tenth agent works without tasks. */
function intoSession(record: TelemetryRecord, part: number, turn: number): TelemetryRecord {
  const agent = Number(record.agent_id.slice(-3));
  const number = sessionAt(agent, part, turn);
  const session = `${record.agent_id}-${number}`;
  const task = number % 4 === 0 && turn % 2 === 0 ? `task-${session}-b` : `task-${session}`;
  const { task_id: _, ...rest } = record;
  const moved = { ...rest, session_id: `session-${session}`, run_id: `run-${session}` };
  return agent % 10 === 9 ? moved : { ...moved, task_id: task };
}

/** Every sixth call has no price. */
const costOf = (record: TelemetryRecord, index: number) =>
  record.kind === 'llm_call' && index % 6 > 0
    ? [[index, { cost_usd: `0.0${index % 9}1234567`, cost_source: 'computed', price_version: '1' }] as const]
    : [];

function* batchesOf(records: number): Generator<StreamBatch[]> {
  const count = Math.ceil(records / batchSize);
  const generator = createGenerator({ seed: 1, team_id: teamId, history: { ms: historyDays * dayMs, batches: count } });
  for (let made = 0; made < count; made += together) {
    yield Array.from({ length: Math.min(together, count - made) }, (_, index) => {
      const batch = generator.next(batchSize);
      const part = (made + index) / count;
      return { ...batch, records: batch.records.map((record, turn) => intoSession(record, part, turn)) };
    });
  }
}

async function storeSome(database: DatabaseHandle, batches: Iterator<StreamBatch[]>): Promise<number> {
  let stored = 0;
  for (let next = batches.next(); next.done !== true; next = batches.next()) {
    const costs = (batch: StreamBatch) => new Map(batch.records.flatMap(costOf));
    await storeBatches(
      database.pool,
      next.value.map((batch) => ({ batch, costs: costs(batch) })),
    );
    stored += next.value.reduce((sum, { records }) => sum + records.length, 0);
    if (stored >= foldedTogether) break;
  }
  return stored;
}

/** A month of the fleet's records, stored and folded by the product's own functions. Returns how many ms it took. */
export async function fillStore(url: string, records: number, say: (text: string) => void): Promise<number> {
  await using database = createDatabase({
    url,
    max: 3,
    applicationName: 'bench',
    idleInTransactionTimeoutMs: 0,
    connectTimeoutMs: 60_000,
  });
  await ensurePartitions(database.kysely, { now: Date.now(), daysBack: historyDays + 1 });
  const begin = performance.now();
  const batches = batchesOf(records);
  // What was stored is folded while the next is stored.
  for (let [stored, folded] = [0, 0], more = 1; more > 0;) {
    const [now, report] = await Promise.all([
      storeSome(database, batches),
      foldTeam(database.kysely, teamId, { maxRecords: foldedTogether }),
    ]);
    stored += now;
    folded += report.records;
    more = now + report.batches;
    say(`${stored} stored, ${folded} folded, ${((performance.now() - begin) / 1000).toFixed(0)} s`);
  }
  await database.pool.query('vacuum analyze');
  return performance.now() - begin;
}

/** Puts past days in order, as the aggregator does when they are over. Returns how many rows it moved in how many ms. */
export async function tidyStore(url: string): Promise<{ rows: number; ms: number }> {
  await using database = createDatabase({ url, max: 1, applicationName: 'bench', idleInTransactionTimeoutMs: 0 });
  const begin = performance.now();
  let rows = 0;
  for (let more = true; more;) {
    const step = await tidyBuckets(database.kysely, teamId);
    rows += step.rows;
    more = step.more;
  }
  const ms = performance.now() - begin;
  if (rows > 0) await database.pool.query('vacuum analyze rollup');
  return { rows, ms };
}
