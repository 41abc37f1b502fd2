import { z } from 'zod';
import { name } from '../text.ts';
import { time } from '../time.ts';
import { instant, pageAnswer, pageQuery, teamId, teamQuery } from './query.ts';

/** `ingest`: send records. `read`: ask and listen. `runner`: both for a runner's own. `admin`: configure. */
export const scope = z.enum(['ingest', 'read', 'runner', 'admin']);
export type Scope = z.output<typeof scope>;

/** Who acts with a key; audit rows name it. */
export const principal = z.strictObject({ kind: z.enum(['user', 'service', 'runner']), id: name });
export type Principal = z.output<typeof principal>;

export const createKeyBody = z.strictObject({
  /** Made when it does not exist yet. Default: the team of the key that asks. */
  team_id: teamId.optional(),
  scopes: z.array(scope).min(1).max(4),
  name: name.optional(),
  /** Default: a service named as the key. */
  principal: principal.optional(),
  expires_at: time.optional(),
});
export type CreateKeyBody = z.input<typeof createKeyBody>;

/** Shown once: only a keyed hash of `key` is kept. */
export const createdKey = z.object({
  id: z.string(),
  key: z.string(),
  team_id: z.string(),
  scopes: z.array(scope),
  name: z.string(),
  expires_at: instant.nullable(),
});
export type CreatedKey = z.output<typeof createdKey>;

export const keyRow = z.object({
  id: z.string(),
  team_id: z.string(),
  scopes: z.array(scope),
  name: z.string(),
  principal,
  created_at: instant,
  expires_at: instant.nullable(),
  revoked_at: instant.nullable(),
});
export type KeyRow = z.output<typeof keyRow>;

export const keysQuery = z.strictObject({ ...teamQuery, ...pageQuery });
export const keysAnswer = z.object({ keys: z.array(keyRow), ...pageAnswer });
export type KeysAnswer = z.output<typeof keysAnswer>;
