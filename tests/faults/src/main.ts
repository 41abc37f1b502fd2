import { readOptions } from './frame/options.ts';
import { passed, resultLine, type Result } from './frame/result.ts';
import { runScenario } from './frame/run-scenario.ts';
import { writeTable } from './frame/write-table.ts';
import { scenarios } from './scenarios/scenarios.ts';
import { startServers } from './stage/servers.ts';

/**
 * Every fault of the matrix under load, judged by an oracle outside the system. Exits 1 when a scenario failed; a run
 * that hit no fault is one of those. tests/faults/README.md says what is checked.
 */
const options = readOptions(
  process.argv.slice(2),
  scenarios.map(({ name }) => name),
);
const chosen =
  options.only.length > 0
    ? options.only.flatMap((name) => scenarios.filter((scenario) => scenario.name === name))
    : scenarios.filter(({ long = false }) => long === options.long);
const results: Result[] = [];
// A run that is broken off takes its servers and processes with it.
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort(new Error(signal)));
await using servers = await startServers();
for (const [index, scenario] of chosen.entries()) {
  const seed = options.seed + index;
  const result = await runScenario(scenario, {
    servers,
    seed: options.only.length > 0 ? options.seed : seed,
    scale: options.scale,
    signal: stop.signal,
  });
  console.log(resultLine(result));
  results.push(result);
  // After each, so that a run that is broken off leaves what it has found.
  if (options.write) writeTable(options.long ? 'long' : 'suite', results, options.scale);
}
const failed = results.filter((result) => !passed(result));
const seconds = results.reduce((total, result) => total + result.seconds, 0);
const records = results.reduce((total, { verdict }) => total + verdict.issued, 0);
console.log(
  `\n${results.length - failed.length} of ${results.length} scenarios pass; ${records.toLocaleString('en-US')} records, ${Math.round(seconds)} s`,
);
if (failed.length > 0) process.exitCode = 1;
