import { createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/** `tt_<id>_<secret>`: the id finds the row, the secret (256 bit) is shown once and kept only as a keyed hash. */
export type KeyText = { keyId: string; secret: string };

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const pattern = /^tt_([0-9A-Za-z]{12})_([0-9A-Za-z_-]{43})$/;

export const parseKey = (text: string): KeyText | null => {
  const match = pattern.exec(text);
  return match?.[1] === undefined || match[2] === undefined ? null : { keyId: match[1], secret: match[2] };
};

export const formatKey = ({ keyId, secret }: KeyText): string => `tt_${keyId}_${secret}`;

export const newKeyText = (): KeyText => ({
  keyId: Array.from({ length: 12 }, () => digits.charAt(randomInt(digits.length))).join(''),
  secret: randomBytes(32).toString('base64url'),
});

/** A fast keyed hash is right for a random secret of 256 bits; `pepper` is the instance's key secret. */
export const hashSecret = (pepper: string, secret: string): Buffer =>
  createHmac('sha256', pepper).update(secret).digest();

/** In the same time whether it matches or not, and whether there is a stored hash or not. */
export function secretMatches(pepper: string, secret: string, stored: Buffer | null): boolean {
  const given = hashSecret(pepper, secret);
  const same = timingSafeEqual(given, stored?.length === given.length ? stored : Buffer.alloc(given.length));
  return same && stored !== null;
}
