import { problem } from '@telltale/contracts/errors';
import type { Scope } from '@telltale/contracts/http/keys';
import type { z } from 'zod';
import type { AccessRule } from '../auth/access.ts';

/** The groups of the OpenAPI document. */
export type Tag =
  | 'Telemetry'
  | 'Agents'
  | 'Runs'
  | 'Metrics'
  | 'Monitoring'
  | 'Memory'
  | 'Health'
  | 'Tasks'
  | 'Artifacts'
  | 'Admin';

const problemResponse = {
  description: 'What is wrong, and with which field',
  content: { 'application/problem+json': { schema: problem } },
};

/**
 * The documentation of an operation: its answers by status; every other status is a problem document. `note`: what a reader
 * of the answers could take for something else, in whole sentences.
 */
export function documented<R extends Record<number, z.ZodType>>(
  tag: Tag,
  summary: string,
  response: R,
  { note }: { note?: string } = {},
) {
  return {
    tags: [tag],
    summary,
    ...(note !== undefined && { description: note }),
    response: { ...response, default: problemResponse },
  };
}

/** Who may call: a key with one of these scopes. Goes into a route's `config`. */
export const allow = (...access: readonly [Scope, ...Scope[]]): { access: AccessRule } => ({ access });
/**
 * The same for what sets or starts something for a team: the operator's key, which may name any team, is refused one that
 * nothing is known of. Not for what stops work, which must hang on nothing more, nor for a runner's token, with which a team begins.
 */
export const allowForKnownTeam = (...access: readonly [Scope, ...Scope[]]) =>
  ({ access: access as AccessRule, knownTeam: true }) as const;
export const open: { access: AccessRule } = { access: 'open' };
