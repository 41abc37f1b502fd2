import { setTimeout as delay } from 'node:timers/promises';
import { formatCount } from '@telltale/contracts/format/count';
import { formatMoney } from '@telltale/contracts/format/money';
import type { RepriceJob } from '@telltale/contracts/http/prices';
import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { CliError } from '../failure.ts';
import { openApiOfTeam } from '../known-team.ts';

export type RepriceFlags = { from?: string; to?: string; model?: string; dryRun?: boolean; wait: boolean };

/** Between two looks at a repricing that runs, in ms. */
const lookMs = 500;

/** Asks for stored calls to be priced anew and waits for the end, unless told not to. */
export async function reprice(flags: ClientFlags & RepriceFlags, context: Context): Promise<void> {
  const api = await openApiOfTeam(flags, context);
  const { from, to, model, dryRun } = flags;
  let job = await api.reprice({ from, to, model, dry_run: dryRun === true });
  const isOpen = () => job.state === 'waiting' || job.state === 'running';
  if (flags.wait && flags.quiet !== true && flags.json !== true) {
    context.say(`repricing ${job.id} goes on by itself; Ctrl-C only ends the waiting`);
  }
  while (flags.wait && isOpen()) {
    await delay(lookMs);
    job = await api.repricing(job.id);
  }
  context.out(flags.json === true ? `${JSON.stringify(job)}\n` : describe(job));
  if (job.state === 'failed') throw new CliError(`the repricing failed: ${job.error ?? 'it is not known why'}`);
}

function describe(job: RepriceJob): string {
  if (job.state === 'waiting') return `repricing ${job.id} waits for its turn\n`;
  const { calls, changed_calls, before, after, dry_run } = job;
  const would = dry_run ? 'would cost' : 'cost';
  const sumOf = (side: RepriceJob['before']) =>
    side.unpriced_calls === 0
      ? formatMoney(side.cost_usd)
      : `${formatMoney(side.cost_usd)} and ${formatCount(side.unpriced_calls)} without a price`;
  // Of what is rounded to cents a small change would not be seen.
  const change = Number(((after.cost_usd ?? 0) - (before.cost_usd ?? 0)).toFixed(9));
  const known = before.cost_usd !== null && after.cost_usd !== null && change !== 0;
  return [
    `${formatCount(changed_calls)} of ${formatCount(calls)} calls ${would} something else now\n`,
    `before: ${sumOf(before)}\n`,
    `after:  ${sumOf(after)}\n`,
    known ? `change: ${change > 0 ? '+' : '-'}${formatMoney(Math.abs(change))}\n` : '',
  ].join('');
}
