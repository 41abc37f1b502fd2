import type { StreamBatch } from '@telltale/contracts/batch';
import { type RecordKind, recordKinds } from '@telltale/contracts/records/record';
import { Client } from 'pg';

/** What became of every record that was issued, by comparing its id with the tables. */
export type Verdict = {
  issued: number;
  stored: number;
  /** Issued, but in no table. */
  missing: number;
  /** Rows beyond the first of an id. */
  duplicates: number;
  /** Rows whose id nobody issued, or that lie in another kind's table. */
  foreign: number;
  deadLetters: number;
};

/** Keeps every issued id outside the system under test. */
export function createOracle() {
  const issued = new Map<RecordKind, Set<string>>(recordKinds.map((kind) => [kind, new Set()]));
  return {
    note(batch: StreamBatch): void {
      for (const record of batch.records) issued.get(record.kind)?.add(record.id);
    },
    async judge(databaseUrl: string): Promise<Verdict> {
      const verdict: Verdict = { issued: 0, stored: 0, missing: 0, duplicates: 0, foreign: 0, deadLetters: 0 };
      const client = new Client({ connectionString: databaseUrl });
      await client.connect();
      try {
        for (const [kind, ids] of issued) {
          const { rows } = await client.query<{ id: string; n: string }>(
            // Log lines lie in two tables; a view knows the ids of both.
            `select id, count(*) as n from ${kind === 'log_entry' ? 'log_line' : kind} group by id`,
          );
          let known = 0;
          for (const row of rows) {
            verdict.stored += Number(row.n);
            verdict.duplicates += Number(row.n) - 1;
            if (ids.has(row.id)) known += 1;
            else verdict.foreign += 1;
          }
          verdict.issued += ids.size;
          verdict.missing += ids.size - known;
        }
        const { rows } = await client.query<{ n: string }>('select count(*) as n from dead_letter');
        verdict.deadLetters = Number(rows[0]?.n ?? 0);
      } finally {
        await client.end();
      }
      return verdict;
    },
  };
}
export type Oracle = ReturnType<typeof createOracle>;

/** Every record once, and nothing else. */
export const isExactlyOnce = (verdict: Verdict): boolean =>
  verdict.issued === verdict.stored &&
  verdict.missing + verdict.duplicates + verdict.foreign + verdict.deadLetters === 0;
