import { formatBytes } from '@telltale/contracts/format/bytes';
import { formatCount } from '@telltale/contracts/format/count';
import { formatDuration } from '@telltale/contracts/format/duration';
import { formatMoney } from '@telltale/contracts/format/money';
import type { RunLimitsRow } from '@telltale/contracts/http/run-terms';
import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { CliError } from '../failure.ts';
import { openApiOfTeam } from '../known-team.ts';
import { readLimitFlags, type LimitFlags } from '../run/limit-flags.ts';
import { formatTable } from '../table.ts';
import { words } from '../views/columns.ts';

export type TeamLimitsFlags = ClientFlags & Omit<LimitFlags, 'grace'> & { agent?: string; none?: boolean };

const shown = {
  timeout_ms: ['timeout', formatDuration],
  idle_timeout_ms: ['idle', formatDuration],
  max_cpu_ms: ['cpu', formatDuration],
  max_memory_bytes: ['memory', formatBytes],
  max_processes: ['processes', formatCount],
  max_output_bytes: ['output', formatBytes],
  max_tokens: ['tokens', formatCount],
  max_usd: ['usd', (usd: number) => formatMoney(usd)],
  max_idle_tokens: ['tokens without progress', formatCount],
} as const satisfies Record<keyof RunLimitsRow, readonly [string, (value: number) => string]>;

function describe(limits: RunLimitsRow): string {
  const parts = (Object.keys(shown) as (keyof RunLimitsRow)[]).flatMap((name) => {
    const value = limits[name];
    return value === undefined ? [] : [`${shown[name][0]} ${shown[name][1](value)}`];
  });
  return parts.length === 0 ? 'none' : parts.join(', ');
}

function limitsOf(flags: TeamLimitsFlags): RunLimitsRow {
  const { limits } = readLimitFlags(flags);
  const named = {
    timeout_ms: limits.timeout,
    idle_timeout_ms: limits.idle,
    max_cpu_ms: limits.cpu,
    max_memory_bytes: limits.memory,
    max_processes: limits.processes,
    max_output_bytes: limits.output,
    max_tokens: limits.tokens,
    max_usd: limits.usd,
    max_idle_tokens: limits.idleTokens,
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}

/** `telltale team limits`: shows what runs are limited to that do not say it themselves, or sets it. */
export async function teamLimits(flags: TeamLimitsFlags, context: Context): Promise<void> {
  const limits = limitsOf(flags);
  const api = await openApiOfTeam(flags, context);
  const some = Object.keys(limits).length > 0;
  if (some && flags.none === true)
    throw new CliError('--none removes all limits; leave the others out', { exitCode: 2 });
  if (!some && flags.none !== true) {
    const answer = await api.limits();
    if (flags.json === true) return context.out(`${JSON.stringify(answer)}\n`);
    if (answer.limits.length === 0) return context.say('runs have no limits but those that they are started with');
    const rows = answer.limits.map((row) => [row.agent_id ?? 'the team', describe(row.limits)]);
    return context.out(formatTable(['RUNS OF', words('LIMITS')], rows, context.page(flags)));
  }
  const set = await api.setLimits({ ...(flags.agent === undefined ? {} : { agent_id: flags.agent }), limits });
  if (flags.json === true) return context.out(`${JSON.stringify(set)}\n`);
  if (flags.quiet !== true)
    context.say(`limits of runs of ${set.agent_id ?? 'the team'} from now on: ${describe(set.limits)}`);
}
