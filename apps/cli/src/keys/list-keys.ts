import { type KeyRow, keysAnswer } from '@telltale/contracts/http/keys';
import type { Context } from '../context.ts';
import { askGateway } from '../http-client.ts';
import { findTarget, type TargetFlags } from '../instance/find-instance.ts';
import { formatTable } from '../table.ts';

/** Lists all keys that the asking key may see, page by page. */
export async function listKeys(
  flags: TargetFlags & { json?: boolean; team?: string },
  context: Context,
): Promise<void> {
  const target = findTarget(flags, context.env);
  const team = flags.team ?? context.env['TELLTALE_TEAM'];
  const keys: KeyRow[] = [];
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({ limit: '100', ...(team && { team_id: team }), ...(cursor && { cursor }) });
    const page = await askGateway(target, { method: 'GET', path: `/keys?${query.toString()}` }, keysAnswer);
    keys.push(...page.keys);
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  if (flags.json) {
    context.out(`${JSON.stringify({ keys })}\n`);
    return;
  }
  const rows = keys.map((key) => [key.id, key.team_id, key.scopes.join(','), key.name, key.created_at, stateOf(key)]);
  context.out(formatTable(['ID', 'TEAM', 'SCOPES', 'NAME', 'CREATED', 'STATE'], rows));
}

function stateOf(key: KeyRow): string {
  if (key.revoked_at !== null) return `revoked ${key.revoked_at}`;
  if (key.expires_at === null) return 'valid';
  return Date.parse(key.expires_at) <= Date.now() ? `expired ${key.expires_at}` : `valid until ${key.expires_at}`;
}
