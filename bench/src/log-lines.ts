import type { RecordOf } from '@telltale/contracts/records/record';
import type { Random } from './random.ts';

const folders = ['src', 'src/api', 'src/store', 'packages/web/src', 'tests', 'libs/queue/src', 'cmd/server'] as const;
const words = [
  'order',
  'session',
  'invoice',
  'parser',
  'cache',
  'worker',
  'router',
  'schema',
  'ledger',
  'token',
] as const;
const packages = ['undici', 'zod', 'react', 'kysely', 'pino', 'vite', 'lodash', 'rxjs', 'express', 'ws'] as const;

const file = (random: Random): string =>
  `${random.pick(folders)}/${random.pick(words)}-${random.pick(words)}.${random.pick(['ts', 'tsx', 'py', 'go'])}`;

/** What test runners, compilers, package managers, servers and the agents themselves print. */
const shapes: readonly ((random: Random) => string)[] = [
  (r) => ` ✓ ${file(r)} > ${r.pick(words)} ${r.pick(words)} returns ${r.whole(0, 500)} (${r.whole(1, 900)} ms)`,
  (r) =>
    `${file(r)}(${r.whole(1, 400)},${r.whole(1, 90)}): error TS2${r.whole(100, 999)}: Type '${r.pick(words)}' is not assignable to type '${r.pick(words)}'.`,
  (r) =>
    `GET /api/v1/${r.pick(words)}s/${r.hex(8)} ${r.pick([200, 200, 200, 304, 404, 500])} ${r.whole(1, 800)}ms - ${r.whole(20, 90_000)}`,
  (r) =>
    `npm http fetch GET 200 https://registry.example/${r.pick(packages)}/-/${r.pick(packages)}-${r.whole(0, 9)}.${r.whole(0, 40)}.${r.whole(0, 9)}.tgz ${r.whole(10, 900)}ms`,
  (r) =>
    `I'll read ${file(r)} and check how the ${r.pick(words)} is passed to the ${r.pick(words)} before I change it.`,
  (r) => ` ${r.whole(1, 60)} files changed, ${r.whole(1, 900)} insertions(+), ${r.whole(1, 500)} deletions(-)`,
  (r) =>
    `[${r.hex(12)}] job ${r.pick(words)}:${r.whole(1, 99_999)} done in ${r.longTailed(40).toFixed(1)} ms, queue ${r.whole(0, 300)}`,
  (r) => `    at ${r.pick(words)}${r.pick(words)} (/workspace/${file(r)}:${r.whole(1, 900)}:${r.whole(1, 80)})`,
  (r) => `Compiling ${r.pick(packages)} v${r.whole(0, 4)}.${r.whole(0, 30)}.${r.whole(0, 9)}`,
  (r) => `WARN ${r.pick(words)} took ${r.whole(1000, 9000)} ms, retrying (${r.whole(1, 3)}/3)`,
];

/** The own fields of a log entry. */
export function logFields(
  random: Random,
  line: number,
): Pick<RecordOf<'log_entry'>, 'level' | 'message' | 'source' | 'line'> {
  const message = random.pick(shapes)(random);
  const level = message.startsWith('WARN') ? 'warning' : message.includes('error TS') ? 'error' : 'info';
  return { level, message, source: random.chance(0.2) ? 'stderr' : 'stdout', line };
}
