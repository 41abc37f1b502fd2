import { cpus } from 'node:os';
import { type PathResult, runBarePath } from './bare-path.ts';
import { createGenerator } from './generate.ts';
import { measureHttp } from './http/measure-http.ts';
import { measureLags } from './measure-lags.ts';
import { batchSize, fleetMs } from './mix.ts';
import { createOracle, isExactlyOnce } from './oracle.ts';
import { readOptions } from './options.ts';
import { runProductPath, startProduct, type ProductResult } from './product-path.ts';
import { checkRollups, rollupLine } from './rollup-check.ts';
import { lagTable, rateTable, sizeTable, usageTable, verdictLine } from './report.ts';
import { startServers } from './servers.ts';

/**
 * How fast, how exact and how late: the bare path and the product in one run on one machine, with the same records.
 * Exits 1 when a record was lost, doubled or not folded as it lies in the tables. bench/README.md says what it prints.
 */
const options = readOptions(process.argv.slice(2));
const say = (text = ''): void => console.log(text);

const count = Math.ceil(options.records / batchSize);
const history = { ms: fleetMs(count * batchSize), batches: count };
const generator = createGenerator({ seed: options.seed, team_id: 'bench', history });
const batches = Array.from({ length: count }, () => generator.next(batchSize));
const oracle = createOracle();
for (const batch of batches) oracle.note(batch);
say(
  `${options.records} records in ${count} batches of ${batchSize}, seed ${options.seed}, Node ${process.version}, ${cpus().length} CPUs`,
);

await using servers = await startServers();
let bare: PathResult | undefined;
const products: { name: string; result: ProductResult }[] = [];
let failed = false;

if (options.only.has('bare')) {
  bare = await runBarePath(servers, batches);
  say(
    `\nbare path: XADD of batches, XREADGROUP, COPY of the same rows with the same indexes, nothing else\n${usageTable(bare.usage)}`,
  );
}

const runs = [
  ...(options.only.has('product') ? options.collectors.map((collectors) => ({ collectors, kill: false })) : []),
  ...(options.only.has('kill') ? [{ collectors: 1, kill: true }] : []),
];
for (const [index, { collectors, kill }] of runs.entries()) {
  const name = `product, ${collectors} collector${collectors > 1 ? 's' : ''}${kill ? ', one killed' : ''}`;
  await using product = await startProduct(servers, { database: `product_${index}`, collectors });
  const result = await runProductPath(product, servers, batches, { kill });
  products.push({ name, result });
  const verdict = await oracle.judge(product.databaseUrl);
  const rollups = await checkRollups(product.databaseUrl);
  failed ||= !isExactlyOnce(verdict) || rollups.different.length > 0;
  say(`\n${name}\n${usageTable(result.usage)}\n${verdictLine(verdict)}\n${rollupLine(rollups)}`);
}
if (bare !== undefined || products.length > 0) say(`\n${rateTable(bare, products)}\n\n${sizeTable(bare, products)}`);

if (options.only.has('lag')) {
  const topRate = products.find(({ result }) => !result.killed)?.result.recordsPerSecond ?? 0;
  say(`\n${lagTable(await measureLags(servers, { ...options, topRate }))}`);
}
if (options.only.has('http')) say(`\n${await measureHttp(servers, options)}`);
if (failed) {
  console.error('\nNot every record was stored exactly once and folded as it is.');
  process.exitCode = 1;
}
