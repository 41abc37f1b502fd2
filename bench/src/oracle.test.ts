import { createTestDatabase } from '@telltale/testkit/test-database';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { createGenerator } from './generate.ts';
import { copyLine, readColumns } from './copy-text.ts';
import { createOracle, isExactlyOnce } from './oracle.ts';
import { recordKinds, type TelemetryRecord } from '@telltale/contracts/records/record';
import { from as copyFrom } from 'pg-copy-streams';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';

test('the oracle sees what is missing, doubled and foreign', async () => {
  await using database = await createTestDatabase();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    const columns = await readColumns(client, recordKinds);
    const store = async (records: readonly TelemetryRecord[]): Promise<void> => {
      for (const record of records) {
        const own = {
          team_id: 'bench',
          batch_no: 1,
          ...(record.kind === 'llm_call' ? { cost_source: 'unknown' } : {}),
        };
        const line = copyLine(record, columns.get(record.kind) ?? [], own);
        await pipeline(Readable.from([line]), client.query(copyFrom(`copy ${record.kind} from stdin`)));
      }
    };
    const generator = createGenerator({ seed: 3, team_id: 'bench' });
    const [batch, other] = [generator.next(40), generator.next(1)];
    const oracle = createOracle();
    oracle.note(batch);

    await store(batch.records.slice(1));
    expect(await oracle.judge(database.url)).toMatchObject({ issued: 40, stored: 39, missing: 1, duplicates: 0 });
    await store(batch.records.slice(0, 1));
    expect(isExactlyOnce(await oracle.judge(database.url))).toBe(true);
    await store(batch.records.slice(5, 7));
    await store(other.records);
    const verdict = await oracle.judge(database.url);
    expect(verdict).toEqual({ issued: 40, stored: 43, missing: 0, duplicates: 2, foreign: 1, deadLetters: 0 });
    expect(isExactlyOnce(verdict)).toBe(false);
  } finally {
    await client.end();
  }
});
