import { z } from 'zod';
import type { Context } from '../context.ts';
import { askGateway } from '../http-client.ts';
import { findTarget, type TargetFlags } from '../instance/find-instance.ts';

/** Revokes a key by its id. Gateways believe what they know of a key for up to 15 s. */
export async function revokeKey(
  id: string,
  flags: TargetFlags & { json?: boolean; team?: string },
  context: Context,
): Promise<void> {
  const target = findTarget(flags, context.env);
  const team = flags.team ?? context.env['TELLTALE_TEAM'];
  const query = team ? `?${new URLSearchParams({ team_id: team }).toString()}` : '';
  const answer = await askGateway(
    target,
    { method: 'DELETE', path: `/keys/${encodeURIComponent(id)}${query}` },
    z.unknown(),
  );
  if (flags.json) context.out(`${JSON.stringify(answer ?? { id, revoked: true })}\n`);
  else context.say(`key ${id} is revoked`);
}
