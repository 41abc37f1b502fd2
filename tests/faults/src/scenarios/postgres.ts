import { until } from '@telltale/testkit/until';
import { Client } from 'pg';
import type { Play } from '../frame/play.ts';
import type { Scenario } from '../frame/scenario.ts';

/** Backends of the services in this scenario's database. */
async function backends<T>(play: Play, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: play.databaseUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The server goes down hard and recovers from its log. */
export const postgresStopped: Scenario = {
  name: 'postgres-stopped',
  what: 'immediate stop of PostgreSQL for 4 s, twice, during a burst',
  atLeast: 2,
  async play(play) {
    const burst = await play.recorder({ via: 'stream', records: 200_000 });
    const client = play.client({ records: 10_000, rate: 1_000 });
    for (let round = 0; round < 2; round += 1) {
      await play.pause(play.random.whole(1_500, 3_000));
      await play.servers.postgres.stopImmediately();
      play.hit('immediate stop');
      await play.pause(4_000);
      await play.servers.postgres.restart();
      await play.recovered();
    }
    await Promise.all([burst.done, client.done]);
  },
};

/** Connections end at any moment, also between a COMMIT and its answer. */
export const postgresTerminated: Scenario = {
  name: 'postgres-terminated',
  what: 'backends are terminated at random, and answers to COMMIT are lost',
  stage: { proxied: ['postgres'] },
  atLeast: 20,
  async play(play) {
    const load = await play.recorder({ via: 'stream', rate: 500 });
    const burst = await play.recorder({ via: 'stream', records: 150_000 });
    const proxy = play.proxies.postgres;
    await backends(play, async (client) => {
      for (let round = 0; round < 25; round += 1) {
        const { rows } = await client.query<{ ended: boolean }>(
          `select pg_terminate_backend(pid) as ended from pg_stat_activity
           where datname = current_database() and application_name like 'telltale-%' and pid <> pg_backend_pid()
           order by random() limit 1`,
        );
        play.hit('terminated backend', rows.length);
        await play.pause(play.random.whole(30, 250));
        if (round % 2 === 0) continue;
        const lost = proxy?.hits().get('lose_answer') ?? 0;
        const end = proxy?.add({ kind: 'lose_answer', to: /\bcommit\b/i }, 'up');
        await until(() => (proxy?.hits().get('lose_answer') ?? 0) > lost, { what: 'a COMMIT' });
        end?.();
        play.hit('answer to COMMIT lost');
      }
    });
    await play.recovered();
    load.finish();
    await Promise.all([load.done, burst.done]);
  },
};

/** Every statement takes 200 ms longer. */
export const postgresSlow: Scenario = {
  name: 'postgres-slow',
  what: '200 ms more for every statement, at 1,000 records/s',
  stage: { proxied: ['postgres'] },
  atLeast: 20,
  async play(play) {
    const proxy = play.proxies.postgres;
    const end = proxy?.add({ kind: 'latency', ms: 200, jitterMs: 50 }, 'up');
    const load = await play.recorder({ via: 'stream', records: 12_000, rate: 1_000 });
    const client = play.client({ records: 3_000, rate: 300 });
    await Promise.all([load.done, client.done]);
    end?.();
    play.hit('slow statement', proxy?.hits().get('latency') ?? 0);
    await play.recovered();
  },
};

/** Somebody holds a lock that every COPY needs. */
export const postgresLocked: Scenario = {
  name: 'postgres-locked',
  what: 'tables and the ledger are locked exclusively for 4 s, twice, during a burst',
  atLeast: 2,
  async play(play) {
    const burst = await play.recorder({ via: 'stream', records: 150_000 });
    for (const table of ['llm_call', 'batch_ledger']) {
      await play.pause(1_000);
      await backends(play, async (client) => {
        await client.query(`begin; set local lock_timeout = '20s'; lock table ${table} in access exclusive mode`);
        await play.pause(4_000);
        await client.query('rollback');
      });
      play.hit(`locked ${table}`);
    }
    await play.recovered();
    await burst.done;
  },
};
