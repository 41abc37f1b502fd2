import { newKeyText } from '../key-text.ts';

/** What a signed-in browser or a one-time link holds: `<team>~<id>~<secret>`; every character may stand in a cookie. */
export type TicketText = { teamId: string; id: string; secret: string };

const pattern = /^(\*|[A-Za-z0-9][A-Za-z0-9._-]{0,63})~([0-9A-Za-z]{12})~([0-9A-Za-z_-]{43})$/;

export function parseTicket(text: string): TicketText | null {
  const [, teamId, id, secret] = pattern.exec(text) ?? [];
  return teamId === undefined || id === undefined || secret === undefined ? null : { teamId, id, secret };
}

export const formatTicket = ({ teamId, id, secret }: TicketText): string => `${teamId}~${id}~${secret}`;

/** A new one of a team; the secret has 256 bit. */
export function newTicket(teamId: string): TicketText {
  const { keyId: id, secret } = newKeyText();
  return { teamId, id, secret };
}
