import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { provided } from './provided.ts';

export type TestDatabase = AsyncDisposable & { url: string; name: string };

async function asAdmin<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: provided.postgresUrl() });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Connections that a test left open: a pool that was not disposed is a bug of the part under test. */
const leaked = async (client: Client, name: string): Promise<string[]> => {
  const { rows } = await client.query<{ who: string }>(
    `select coalesce(nullif(application_name, ''), 'unnamed') as who from pg_stat_activity where datname = $1`,
    [name],
  );
  return rows.map((row) => row.who);
};

/** A migrated database of its own, cloned from the template. Disposing fails when a connection to it is still open after `graceMs`. */
export async function createTestDatabase({ graceMs = 20_000 }: { graceMs?: number } = {}): Promise<TestDatabase> {
  const name = `t_${randomUUID().replaceAll('-', '')}`;
  await asAdmin((client) => client.query(`create database ${name} template telltale_template strategy file_copy`));
  const url = new URL(provided.postgresUrl());
  url.pathname = `/${name}`;
  return {
    url: url.href,
    name,
    async [Symbol.asyncDispose]() {
      await asAdmin(async (client) => {
        const end = performance.now() + graceMs;
        let open = await leaked(client, name);
        while (open.length > 0 && performance.now() < end) {
          await client.query('select pg_sleep(0.02)');
          open = await leaked(client, name);
        }
        await client.query(`drop database ${name} with (force)`);
        if (open.length > 0) throw new Error(`connections left open to the test database: ${open.join(', ')}`);
      });
    },
  };
}
