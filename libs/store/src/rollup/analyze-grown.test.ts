import { createTestDatabase } from '@telltale/testkit/test-database';
import { until } from '@telltale/testkit/until';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createDatabase } from '../database.ts';
import { analyzeGrown } from './analyze-grown.ts';

test('a table that grew is looked at again, once, and one that grew little is not', async () => {
  await using postgres = await createTestDatabase();
  await using database = createDatabase({ url: postgres.url, max: 1, applicationName: 'analyze-test' });
  const db = database.kysely;
  const fill = (table: string, rows: number) =>
    sql`insert into ${sql.table(table)} (team_id, alias, call_id)
      select 'red', n::text, gen_random_uuid() from generate_series(1, ${rows}::int) n`.execute(db);
  await sql`create table "grown Much" (like call_alias)`.execute(db);
  await sql`create table grown_little (like call_alias)`.execute(db);
  await sql`alter table "grown Much" set (autovacuum_enabled = off)`.execute(db);
  await fill('grown Much', 6_000);
  await fill('grown_little', 500);
  const analyzed: string[] = [];
  await until(async () => {
    // What a connection did is told to others when it flushes it.
    await sql`select pg_stat_force_next_flush()`.execute(db);
    analyzed.push(...(await analyzeGrown(db)));
    return analyzed.length > 0;
  });
  expect(analyzed).toEqual(['public."grown Much"']);
  const { rows } = await sql<{
    n: number;
  }>`select reltuples::int as n from pg_class where relname = 'grown Much'`.execute(db);
  expect(rows).toEqual([{ n: 6_000 }]);
  expect(await analyzeGrown(db)).toEqual([]);
});
