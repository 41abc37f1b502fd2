import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** What a token says: this run of this team, on behalf of this key, until then (epoch seconds). */
const claims = z.object({ team: z.string(), run: z.string(), key: z.string(), until: z.int() });
export type RunClaims = z.output<typeof claims>;

export const runTokenPrefix = 'ttr_';
const longest = 4_096;

const sign = (secret: string, payload: string): Buffer =>
  createHmac('sha256', secret).update(`run-token:${payload}`).digest();

/** A token is its claims and their signature: no row is kept, and revoking the key ends it. */
export function makeRunToken(secret: string, of: RunClaims): string {
  const payload = Buffer.from(JSON.stringify(of)).toString('base64url');
  return `${runTokenPrefix}${payload}.${sign(secret, payload).toString('base64url')}`;
}

/** The claims of a token of ours that has not expired; null for anything else. */
export function readRunToken(secret: string, token: string, now: number): RunClaims | null {
  if (!token.startsWith(runTokenPrefix) || token.length > longest) return null;
  const [payload = '', signature = ''] = token.slice(runTokenPrefix.length).split('.');
  const [given, wanted] = [Buffer.from(signature, 'base64url'), sign(secret, payload)];
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return null;
  try {
    const parsed = claims.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
    return parsed.success && parsed.data.until * 1_000 > now ? parsed.data : null;
  } catch {
    return null;
  }
}
