import type { Principal, Scope } from '@telltale/contracts/http/keys';
import { TelltaleError } from '@telltale/contracts/errors';

/** The team of the operator's own key: it stands for all of them. */
export const everyTeam = '*';
export const defaultTeam = 'default';

/** What a checked key allows. */
export type Access = {
  keyId: string;
  /** `*` for the operator's key. */
  teamId: string;
  scopes: ReadonlySet<Scope>;
  principal: Principal;
};

/** What an operation asks of its caller: `open`, or a key with one of these scopes. Every route declares one. */
export type AccessRule = 'open' | readonly Scope[];

export function demandScope(access: Access, rule: readonly Scope[]): void {
  if (rule.some((scope) => access.scopes.has(scope))) return;
  throw new TelltaleError('forbidden', `this operation needs a key with the scope ${rule.join(' or ')}`);
}

/**
 * The one team a request is about. Only the operator's key may choose; for every other key another team does not
 * exist, so that nobody learns which teams do.
 */
export function chooseTeam(access: Access, asked: string | undefined): string {
  if (access.teamId === everyTeam) return asked ?? defaultTeam;
  if (asked === undefined || asked === access.teamId) return access.teamId;
  throw new TelltaleError('not_found', 'there is no such team for this key; leave team_id out', {
    errors: [{ parameter: 'team_id', code: 'not_found', detail: 'is not the team of this key' }],
  });
}
