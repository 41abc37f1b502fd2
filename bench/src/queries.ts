import { parseArgs } from 'node:util';
import { createOperatorKey } from '@telltale/store/config';
import { createDatabase } from '@telltale/store/database';
import { percentiles, type Lags } from './percentiles.ts';
import { fillStore, teamId } from './queries/fill-store.ts';
import { questions } from './queries/questions.ts';
import { startServers } from './servers.ts';
import { keySecret, serviceEnvironment, startGateway } from './services.ts';

/**
 * How long the questions about metrics take over HTTP on a store of two sizes, one question at a time, and how much longer
 * on the larger: `npm run bench:queries -- [--records 1000000] [--against 100000] [--turns 100]`.
 */
const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '1000000' },
    against: { type: 'string', default: '100000' },
    turns: { type: 'string', default: '100' },
  },
});
const sizes = [Number(values.against), Number(values.records)];
const turns = Number(values.turns);
const say = (text: string): void => console.log(text);

await using servers = await startServers();
const measured: Map<string, Lags>[] = [];
for (const size of sizes) {
  const url = await servers.createDatabase(`queries_${size}`);
  const { storedMs, foldedMs } = await fillStore(url, size);
  say(`${size} records stored in ${(storedMs / 1000).toFixed(1)} s, folded in ${(foldedMs / 1000).toFixed(1)} s`);
  await using database = createDatabase({ url, max: 1, applicationName: 'bench' });
  const { key } = await createOperatorKey(database.kysely, { keySecret, name: 'bench' });
  await using stack = new AsyncDisposableStack();
  const gateway = await startGateway(serviceEnvironment(url, servers.redisUrl));
  stack.defer(() => gateway.child.stop());
  const lags = new Map<string, Lags>();
  for (const { path } of questions) {
    const took: number[] = [];
    // The first two turns open connections and fill the caches.
    for (let turn = -2; turn < turns; turn += 1) {
      const address = path(Math.max(0, turn));
      const begin = performance.now();
      const answer = await fetch(
        `${gateway.url}/api/v1${address}${address.includes('?') ? '&' : '?'}team_id=${teamId}`,
        {
          headers: { authorization: `Bearer ${key}` },
        },
      );
      const text = await answer.text();
      // A small store has not every session and task.
      if (!answer.ok && answer.status !== 404) throw new Error(`${address}: ${answer.status} ${text}`);
      if (turn >= 0) took.push(performance.now() - begin);
    }
    lags.set(path(0), percentiles(took));
  }
  measured.push(lags);
}

const [small, large] = measured;
const ms = (value: number | undefined): string => (value ?? Number.NaN).toFixed(1).padStart(8);
say(
  `\n${'question, ms'.padEnd(64)}${sizes.map((size) => `${size}: p50     p95     p99`.padStart(27)).join('')}   ratio`,
);
for (const { path, reads } of questions) {
  const name = path(0);
  const [a, b] = [small?.get(name), large?.get(name)];
  const ratio = a === undefined || b === undefined ? Number.NaN : b.p50 / a.p50;
  const late = (b?.p99 ?? 0) > (reads === 'rollups' ? 50 : 200) ? '  over its bound' : '';
  const columns = [a, b].map((lags) => `   ${ms(lags?.p50)}${ms(lags?.p95)}${ms(lags?.p99)}`);
  say(`${name.padEnd(64)}${columns.join('')}${ratio.toFixed(2).padStart(8)}${late}`);
}
