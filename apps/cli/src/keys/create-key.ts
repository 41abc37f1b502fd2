import { createdKey, type Scope } from '@telltale/contracts/http/keys';
import type { Context } from '../context.ts';
import { askGateway } from '../http-client.ts';
import { findTarget, type TargetFlags } from '../instance/find-instance.ts';

/** Makes a key. With `--json` the answer is `{id, key, team_id, scopes, name}`, else the key alone, ready for a file or a pipe. */
export async function createKey(
  flags: TargetFlags & { json?: boolean; team?: string; scopes: Scope[]; name?: string },
  context: Context,
): Promise<void> {
  const target = findTarget(flags, context.env);
  const team = flags.team ?? context.env['TELLTALE_TEAM'];
  const made = await askGateway(
    target,
    {
      method: 'POST',
      path: '/keys',
      body: { scopes: flags.scopes, ...(team && { team_id: team }), ...(flags.name && { name: flags.name }) },
    },
    createdKey,
  );
  const { id, key, team_id, scopes, name } = made;
  if (flags.json) context.out(`${JSON.stringify({ id, key, team_id, scopes, name })}\n`);
  else {
    context.out(`${key}\n`);
    context.say(`key ${id} of team ${team_id} may ${scopes.join(', ')}; it is shown this once`);
  }
}
