import { setTimeout as delay } from 'node:timers/promises';
import { formatCount } from '@telltale/contracts/format/count';
import type { RepairJob } from '@telltale/contracts/http/repair';
import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { CliError } from '../failure.ts';
import { openApiOfTeam } from '../known-team.ts';

export type RepairFlags = { from: string; to?: string; wait: boolean };

/** Between two looks at a repair that runs, in ms. */
const lookMs = 500;

/** Asks for the rollups of a range to be made anew and waits for the end, unless told not to. */
export async function repair(flags: ClientFlags & RepairFlags, context: Context): Promise<void> {
  const api = await openApiOfTeam(flags, context);
  const { from, to = new Date().toISOString() } = flags;
  let job = await api.repair({ from, to });
  const isOpen = () => job.state === 'waiting' || job.state === 'running';
  if (flags.wait && flags.quiet !== true && flags.json !== true) {
    context.say(`repair ${job.id} goes on by itself; Ctrl-C only ends the waiting`);
  }
  while (flags.wait && isOpen()) {
    await delay(lookMs);
    job = await api.repairing(job.id);
  }
  context.out(flags.json === true ? `${JSON.stringify(job)}\n` : describe(job));
  if (job.state === 'failed') throw new CliError(`the repair failed: ${job.error ?? 'it is not known why'}`);
}

function describe({ id, state, differing }: RepairJob): string {
  if (state === 'waiting') return `repair ${id} waits for its turn\n`;
  if (differing === 0) return 'every row was what the records say\n';
  return `rows that were not what the records say: ${formatCount(differing)}\n`;
}
