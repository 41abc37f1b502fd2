import { parseArgs } from 'node:util';
import { startPrivatePostgres } from '@telltale/testkit/private-postgres';
import { runChaos } from './run-chaos.ts';
import { seededRandom } from './seeded-random.ts';

/**
 * `npm run tasks:chaos -- [--tasks 500] [--runners 4] [--kill-every 2000] [--seed 1] [--spare keeper]`: exits with 1 when
 * anything is wrong. Beyond runners, collector, Redis and gateway it kills keepers, as a host that dies does; `--spare`
 * names who is left alone.
 */
const { values } = parseArgs({
  options: {
    tasks: { type: 'string', default: '500' },
    runners: { type: 'string', default: '4' },
    'kill-every': { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    spare: { type: 'string', multiple: true, default: [] },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
await using database = await startPrivatePostgres();
const from = performance.now();
const report = await runChaos({
  databaseUrl: database.url,
  tasks: Number(values.tasks),
  runners: Number(values.runners),
  killEveryMs: Number(values['kill-every']),
  spared: values.spare,
  random: seededRandom(Number(values.seed)),
  say,
  longestMs: 1_800_000,
});
say(`${values.tasks} tasks over ${values.runners} runners in ${Math.round((performance.now() - from) / 1_000)} s`);
say(`ends: ${JSON.stringify(report.ends)}, ${report.attempts} attempts`);
for (const problem of report.problems) say(problem);
say(report.problems.length === 0 ? 'every task ended once, with a true status; nothing is left' : 'WRONG');
process.exitCode = report.problems.length === 0 ? 0 : 1;
