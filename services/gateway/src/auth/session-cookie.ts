import { createHash } from 'node:crypto';

/**
 * The cookie of a signed-in browser. Over TLS its name carries `__Host-`, so that no other host or path can set it; on
 * plain loopback http browsers refuse that name. Cookies do not know ports, so each instance has a name of its own.
 */
export function createSessionCookie({ keySecret }: { keySecret: string }) {
  const tag = createHash('sha256').update(`cookie:${keySecret}`).digest('hex').slice(0, 8);
  const nameOf = (secure: boolean): string => `${secure ? '__Host-' : ''}telltale-${tag}`;

  const format = (value: string, maxAge: number, secure: boolean): string =>
    `${nameOf(secure)}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAge}${secure ? '; Secure' : ''}`;

  return {
    /** What the browser sent, of a `Cookie` header. Over TLS only the name counts that nobody else can set. */
    read(header: string | undefined, secure: boolean): string | null {
      const pairs = header?.split(/; */) ?? [];
      for (const name of secure ? [nameOf(true)] : [nameOf(true), nameOf(false)]) {
        const found = pairs.find((pair) => pair.startsWith(`${name}=`));
        if (found !== undefined) return found.slice(name.length + 1);
      }
      return null;
    },
    write: (ticket: string, expiresAt: Date, now: number, secure: boolean): string =>
      format(ticket, Math.max(0, Math.floor((expiresAt.getTime() - now) / 1000)), secure),
    clear: (secure: boolean): string => format('', 0, secure),
  };
}
export type SessionCookie = ReturnType<typeof createSessionCookie>;
