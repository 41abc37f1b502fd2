import { readOptions } from './frame/options.ts';
import { playAll } from './frame/play-all.ts';
import { passed, resultLine } from './frame/result.ts';
import { writeTable } from './frame/write-table.ts';
import { scenarios } from './scenarios/scenarios.ts';

/**
 * Every fault of the matrix under load, judged by an oracle outside the system. Exits 1 when a scenario failed; a run
 * that hit no fault is one of those. tests/faults/README.md says what is checked.
 */
const options = readOptions(
  process.argv.slice(2),
  scenarios.map(({ name }) => name),
);
const started = performance.now();
const { only, seed, scale, long, patience } = options;
// What an outage has left is caught up with by the whole machine: two at once would share it.
const lanes = options.lanes ?? (long ? 1 : 2);
const chosen =
  only.length > 0
    ? only.flatMap((name) =>
        scenarios.filter((scenario) => scenario.name === name).map((scenario) => ({ scenario, seed })),
      )
    : scenarios
        .filter((scenario) => (scenario.long ?? false) === long)
        .map((scenario, index) => ({ scenario, seed: seed + index }));
// A run that is broken off takes its servers and processes with it.
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort(new Error(signal)));
const seconds = (): number => (performance.now() - started) / 1_000;
const results = await playAll(chosen, {
  lanes,
  scale,
  patience,
  signal: stop.signal,
  onResult(result, known) {
    console.log(resultLine(result));
    // After each, so that a run that is broken off leaves what it has found.
    if (options.write) writeTable(long ? 'long' : 'suite', known, { scale, seconds: seconds() });
  },
});
const failed = results.filter((result) => !passed(result));
const records = results.reduce((total, { verdict }) => total + verdict.issued, 0);
console.log(
  `\n${results.length - failed.length} of ${results.length} scenarios pass; ${records.toLocaleString('en-US')} records, ${Math.round(seconds())} s`,
);
// Not by itself: libuv never closes a socket that was reset while its end was under way, and Node waits for that.
process.exit(failed.length > 0 ? 1 : 0);
