import type { Scope } from '@telltale/contracts/http/keys';
import { systemClock } from '@telltale/runtime/clock';
import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { awaitGateway } from '../instance/await-gateway.ts';
import { findTarget } from '../instance/find-instance.ts';
import { openApi } from '../open-api.ts';

/** Makes a key. With `--json` the answer is `{id, key, team_id, scopes, name}`, else the key alone, ready for a file or a pipe. */
export async function createKey(
  flags: ClientFlags & { scopes: Scope[]; name?: string },
  context: Context,
): Promise<void> {
  const body = { scopes: flags.scopes, ...(flags.name && { name: flags.name }) };
  await awaitGateway(findTarget(flags, context.env).url, { clock: systemClock, say: context.say });
  const { id, key, team_id, scopes, name } = await openApi(flags, context).createKey(body);
  if (flags.json) {
    context.out(`${JSON.stringify({ id, key, team_id, scopes, name })}\n`);
    return;
  }
  context.out(`${key}\n`);
  if (!flags.quiet) context.say(`key ${id} of team ${team_id} may ${scopes.join(', ')}; it is shown this once`);
}
