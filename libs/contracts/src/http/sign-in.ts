import { z } from 'zod';
import { instant } from './query.ts';
import { principal, scope } from './keys.ts';

/** What a browser signs in with: a key, or the one-time link that `telltale up` prints. */
export const signInBody = z.union([
  z.strictObject({ key: z.string().min(1).max(512) }),
  z.strictObject({ link: z.string().min(1).max(512) }),
]);
export type SignInBody = z.input<typeof signInBody>;

/** Who a browser is signed in as, and what it may look at. */
export const signedIn = z.object({
  /** `*` for the operator, who chooses a team with `team_id`. */
  team_id: z.string(),
  /** The last active first. */
  teams: z.array(z.object({ team_id: z.string(), agents: z.int(), last_active: instant.nullable() })),
  scopes: z.array(scope),
  principal,
  /** Of the session; null for a program with a key. */
  expires_at: instant.nullable(),
  version: z.string(),
});
export type SignedIn = z.output<typeof signedIn>;

/** The header that a page sends with every request that changes something: no foreign page can. */
export const pageHeader = 'x-telltale-page';
