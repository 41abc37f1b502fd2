import type { RunnerRow } from '@telltale/contracts/http/runners';
import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { openApiOfTeam } from '../known-team.ts';
import { formatTable } from '../table.ts';
import { formatTime } from '../views/words.ts';

const pageSize = 100;

/** Lists the runners of a team, page by page. */
export async function listRunners(flags: ClientFlags, context: Context): Promise<void> {
  const api = await openApiOfTeam(flags, context);
  const runners: RunnerRow[] = [];
  for (;;) {
    const page = await api.runners({ limit: pageSize, offset: runners.length });
    runners.push(...page.runners);
    if (page.runners.length < pageSize) break;
  }
  if (flags.json === true) {
    context.out(`${JSON.stringify({ runners })}\n`);
    return;
  }
  const rows = runners.map((runner) => [
    runner.runner_id,
    runner.name,
    runner.host,
    String(runner.running),
    runner.version ?? '–',
    stateOf(runner),
  ]);
  const headings = ['ID', { heading: 'NAME', flexible: true }, 'HOST', 'RUNS', 'VERSION', 'STATE'];
  context.out(formatTable(headings, rows, context.page(flags)));
}

function stateOf({ state, silent_since: silentSince, revoked_at: revokedAt }: RunnerRow): string {
  if (state === 'revoked' && revokedAt !== null) return `revoked ${formatTime(revokedAt)}`;
  if (state === 'silent') return silentSince === null ? 'silent' : `silent since ${formatTime(silentSince)}`;
  return state;
}
