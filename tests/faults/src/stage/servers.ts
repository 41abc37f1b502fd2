import { startPrivatePostgres } from '@telltale/testkit/private-postgres';
import { Client } from 'pg';

/** One PostgreSQL for all scenarios, which may stop it; each has a database of its own, cloned from the migrated one. */
export async function startServers() {
  const postgres = await startPrivatePostgres({ max_connections: '200' });
  let made = 0;
  const asAdmin = async <T>(work: (client: Client) => Promise<T>): Promise<T> => {
    const url = new URL(postgres.url);
    url.pathname = '/postgres';
    const client = new Client({ connectionString: url.href });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  };
  const template = new URL(postgres.url).pathname.slice(1);
  return {
    postgres,
    asAdmin,
    async createDatabase(): Promise<string> {
      made += 1;
      const name = `scenario_${made}`;
      await asAdmin((client) => client.query(`create database ${name} template ${template}`));
      const url = new URL(postgres.url);
      url.pathname = `/${name}`;
      return url.href;
    },
    dropDatabase: (url: string): Promise<unknown> =>
      asAdmin((client) => client.query(`drop database ${new URL(url).pathname.slice(1)} with (force)`)),
    [Symbol.asyncDispose]: () => postgres[Symbol.asyncDispose](),
  };
}
export type Servers = Awaited<ReturnType<typeof startServers>>;
