import { recordKinds } from '@telltale/contracts/records/record';
import { aRecord } from '@telltale/testkit/records';
import { Kysely, PostgresDialect } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, type DatabaseHandle } from '../database.ts';
import { foldTeam } from '../rollup/fold/fold-team.ts';
import { aStore, type AStore } from '../rollup/test-support/a-store.ts';
import type { Database } from '../tables/database-tables.ts';
import { happenedAt, known, sampleQuestions } from './test-support/sample-questions.ts';

let store: AStore;
/** One connection, so that statements come in one order. */
let single: DatabaseHandle;

beforeAll(async () => {
  store = await aStore({ max: 1 });
  single = createDatabase({ url: store.url, max: 1, applicationName: 'printed-sql' });
  const ids = { agent_id: known.agentId, session_id: known.sessionId, task_id: known.taskId, run_id: known.runId };
  await store.store(recordKinds.map((kind) => aRecord(kind, { at: happenedAt, ...ids })));
  await store.store([aRecord('tool_call', { at: happenedAt, ...ids, success: false })]);
  await foldTeam(store.db, 'red');
  // Partitions are named by the day they were made on; without them the plan names the one that has no day.
  const days = await store.rows<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits where inhrelid::regclass::text ~ '_[0-9]{8}$'`,
  );
  for (const { name } of days) await store.rows(`drop table if exists ${name}`);
  await single.pool.query('set enable_seqscan = off');
  await single.pool.query('set jit = off');
  await single.pool.query('set max_parallel_workers_per_gather = 0');
});
afterAll(async () => {
  await single[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

type Statement = { sql: string; parameters: readonly unknown[] };

/** What a question asks PostgreSQL, in order. */
async function statementsOf(ask: (db: Kysely<Database>) => Promise<unknown>): Promise<Statement[]> {
  const said: Statement[] = [];
  const kysely = new Kysely<Database>({
    dialect: new PostgresDialect({ pool: single.pool }),
    log: ({ query }) => {
      said.push({ sql: query.sql.trim(), parameters: query.parameters });
    },
  });
  await ask(kysely);
  return said.filter(({ sql }) => /^(?:\/\* planned once \*\/\s*)?(?:select|with)\b/i.test(sql));
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

async function printed({ sql, parameters }: Statement): Promise<string> {
  const { rows } = await single.pool.query<{ 'QUERY PLAN': string }>(`explain (costs off) ${sql}`, [...parameters]);
  const text = sql.replaceAll(/[ \t]*\n[ \t]*/g, '\n  ');
  const plan = rows.map((row) => `--   ${row['QUERY PLAN']}`.replaceAll(uuid, '<uuid>'));
  return `${text};\n\n${plan.join('\n')}\n`;
}

const heading = [
  '-- Printed from libs/store/src/read by its test; tools/print-sql.ts prints it anew. The plan is that of a server which',
  '-- knows nothing of its data and may not read tables from end to end: it shows which indexes a question stands on.',
].join('\n');

test.each(Object.entries(sampleQuestions))('sql/%s.sql is what is asked', async (name, ask) => {
  const statements = await statementsOf(ask);
  expect(statements.length).toBeGreaterThan(0);
  const distinct = new Map(statements.map((statement) => [statement.sql, statement]));
  const parts: string[] = [];
  for (const statement of distinct.values()) parts.push(await printed(statement));
  await expect([heading, ...parts].join('\n\n')).toMatchFileSnapshot(`../../sql/${name}.sql`);
});
