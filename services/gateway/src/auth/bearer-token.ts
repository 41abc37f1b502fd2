import { TelltaleError } from '@telltale/contracts/errors';

/** The key of an `Authorization` header. */
export function bearerToken(header: string | undefined): string {
  if (header === undefined) {
    throw new TelltaleError('unauthenticated', 'send a key as the header Authorization: Bearer <key>');
  }
  const match = /^Bearer +([\x21-\x7e]{1,512}) *$/i.exec(header);
  if (match?.[1] === undefined) {
    throw new TelltaleError('unauthenticated', 'the Authorization header is not of the form Bearer <key>');
  }
  return match[1];
}
