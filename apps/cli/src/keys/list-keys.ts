import type { KeyRow } from '@telltale/contracts/http/keys';
import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { openApiOfTeam } from '../known-team.ts';
import { formatTable } from '../table.ts';
import { formatTime } from '../views/words.ts';

const pageSize = 100;

/** Lists all keys that the asking key may see, page by page. */
export async function listKeys(flags: ClientFlags, context: Context): Promise<void> {
  const api = await openApiOfTeam(flags, context);
  const keys: KeyRow[] = [];
  for (;;) {
    const page = await api.keys({ limit: pageSize, offset: keys.length });
    keys.push(...page.keys);
    if (page.keys.length < pageSize) break;
  }
  if (flags.json) {
    context.out(`${JSON.stringify({ keys })}\n`);
    return;
  }
  const rows = keys.map((key) => [
    key.id,
    key.team_id,
    key.scopes.join(','),
    key.name,
    formatTime(key.created_at),
    stateOf(key),
  ]);
  const headings = ['ID', 'TEAM', 'SCOPES', { heading: 'NAME', flexible: true }, 'CREATED', 'STATE'];
  context.out(formatTable(headings, rows, context.page(flags)));
}

function stateOf(key: KeyRow): string {
  if (key.revoked_at !== null) return `revoked ${formatTime(key.revoked_at)}`;
  if (key.expires_at === null) return 'valid';
  const end = formatTime(key.expires_at);
  return Date.parse(key.expires_at) <= Date.now() ? `expired ${end}` : `valid until ${end}`;
}
