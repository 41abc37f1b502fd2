import { Client } from 'pg';
import type { Issued } from './ledger.ts';
import { storedRows } from './stored-rows.ts';

/** What became of every record, by id and content. */
export type Verdict = {
  /** All rows of the first team, whose books are read. */
  rows: number;
  issued: number;
  acknowledged: number;
  /** Issued records that have a row. */
  stored: number;
  /** Issued records that are dead letters. */
  deadLettered: number;
  /** Acknowledged, and neither stored nor a dead letter. */
  missing: number;
  /** Issued but never acknowledged, and not stored: they ended with the process that made them. */
  unpromised: number;
  /** Rows beyond the first of an id. */
  duplicates: number;
  /** Rows whose id nobody issued. */
  foreign: number;
  /** Rows that do not hold what was sent. */
  damaged: number;
  /** Some ids of what is wrong, to look for. */
  examples: string[];
};

/** Compares the oracle's memory with the tables. Probes are records that others than the load sent. */
export async function judge(options: {
  databaseUrl: string;
  teamIds: readonly string[];
  issued: ReadonlyMap<string, Issued>;
  isProbe: (id: string) => boolean;
}): Promise<Verdict> {
  const { databaseUrl, teamIds, issued, isProbe } = options;
  const counts = { rows: 0, stored: 0, duplicates: 0, foreign: 0, damaged: 0 };
  const examples: string[] = [];
  const example = (what: string, id: string): void => void (examples.length < 12 && examples.push(`${what} ${id}`));
  const found = new Set<string>();
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const letters = new Set<string>();
  try {
    for await (const page of storedRows(client, teamIds)) {
      for (const { id, print, table, team } of page) {
        const entry = issued.get(id);
        if (team === teamIds[0]) counts.rows += 1;
        if (entry === undefined) {
          if (isProbe(id)) continue;
          counts.foreign += 1;
          example(`foreign ${table}`, id);
        } else if (found.has(id)) {
          counts.duplicates += 1;
          example(`duplicate ${table}`, id);
        } else {
          found.add(id);
          counts.stored += 1;
          if (entry.print === print) continue;
          counts.damaged += 1;
          example(`damaged ${table}`, id);
        }
      }
    }
    for (const id of await letterIds(client, teamIds)) if (issued.has(id)) letters.add(id);
  } finally {
    await client.end();
  }
  let [acknowledged, missing, unpromised] = [0, 0, 0];
  for (const [id, entry] of issued) {
    if (entry.acknowledged) acknowledged += 1;
    if (found.has(id) || letters.has(id)) continue;
    if (!entry.acknowledged) unpromised += 1;
    else {
      missing += 1;
      example('missing', id);
    }
  }
  return { issued: issued.size, acknowledged, deadLettered: letters.size, missing, unpromised, ...counts, examples };
}

type Letter = { record_id: string | null; payload: Buffer };

/** Ids of the records that lie in dead letters, alone or in whole batches. */
async function letterIds(client: Client, teamIds: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<Letter>('select record_id, payload from dead_letter where team_id = any($1)', [
    teamIds,
  ]);
  return rows.flatMap(({ record_id, payload }) => {
    if (record_id !== null) return [record_id];
    try {
      const batch = JSON.parse(payload.toString()) as { records?: { id?: unknown }[] };
      return (batch.records ?? []).map(({ id }) => String(id));
    } catch {
      // A payload that cannot be read names no record; the books still count it.
      return [];
    }
  });
}
