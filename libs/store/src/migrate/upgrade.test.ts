import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { loadTables } from '../backup/load-tables.ts';
import { restoreBackup } from '../backup/restore-backup.ts';
import { verifyBackup } from '../backup/verify-backup.ts';
import { createDatabase } from '../database.ts';
import { sampleQuestions } from '../read/test-support/sample-questions.ts';
import { foldTeam } from '../rollup/fold/fold-team.ts';
import { compareWithRaw } from '../rollup/repair/compare.ts';
import { assertSchema } from './assert-schema.ts';
import { applyWithin, migrate } from './migrate.ts';

/** Written by the program of schema 5: what two teams had stored, and (in the shapes of today) what it answered about it. */
const golden = fileURLToPath(new URL('../../golden/schema-0005.backup', import.meta.url));
const answers = JSON.parse(readFileSync(golden.replace('.backup', '.json'), 'utf8')) as Record<string, unknown>;
const happened = { from: new Date('2026-06-14T00:00:00Z'), to: new Date('2026-06-15T12:00:00Z') };

const made: string[] = [];
const admin = new Client({ connectionString: inject('postgresUrl') });
beforeAll(() => admin.connect());
afterAll(async () => {
  for (const name of made) await admin.query(`drop database ${name} with (force)`);
  await admin.end();
});

async function emptyDatabase(): Promise<string> {
  const name = `t_${randomUUID().replaceAll('-', '')}`;
  await admin.query(`create database ${name}`);
  made.push(name);
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  return url.href;
}

/** As JSON has it: dates are texts, what is undefined is not there. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

async function expectSameAnswers(url: string): Promise<void> {
  await using database = createDatabase({ url, max: 2, applicationName: 'test' });
  for (const [name, expected] of Object.entries(answers)) {
    const ask = sampleQuestions[name];
    if (ask === undefined) throw new Error(`no question ${name} any more`);
    const answer = plain(await ask(database.kysely));
    if (typeof expected === 'object' && expected !== null) expect(answer, name).toMatchObject(expected);
    else expect(answer, name).toEqual(expected);
  }
}

/** What was stored before and not folded yet is folded now, and all rollups are what the records say. */
async function expectGoesOn(url: string): Promise<void> {
  await using database = createDatabase({ url, max: 2, applicationName: 'test' });
  expect((await foldTeam(database.kysely, 'blue')).batches).toBe(1);
  for (const team of ['red', 'blue']) {
    const { differing, strayRecords } = await compareWithRaw(database.kysely, team, happened);
    expect({ team, differing, strayRecords }).toEqual({ team, differing: 0, strayRecords: 0 });
  }
}

test('a store of schema 5 is upgraded with all that is in it, by whichever migrator comes first, and answers as before', async () => {
  const url = await emptyDatabase();
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('begin');
  await applyWithin(client, { from: 0, to: 5 });
  await loadTables(client, golden, await verifyBackup(golden));
  await client.query('commit');
  await client.end();
  {
    await using database = createDatabase({ url, max: 1, applicationName: 'test' });
    await expect(assertSchema(database.kysely)).rejects.toThrow(/run the migration first/);
  }
  const reports = await Promise.all([migrate({ url }), migrate({ url })]);
  expect(reports.map(({ from }) => from).toSorted((a, b) => a - b)).toEqual([5, reports[0].to]);
  await expectSameAnswers(url);
  await expectGoesOn(url);
}, 90_000);

test('a backup that the program of schema 5 took is restored here', async () => {
  const url = await emptyDatabase();
  await restoreBackup({ url, file: golden, replace: false });
  await expectSameAnswers(url);
}, 90_000);
