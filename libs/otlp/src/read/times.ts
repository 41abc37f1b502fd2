const earliest = 1;
const latest = Date.UTC(2106, 0, 1);

/** The first of the given epoch ms that is a time at all, as ISO text. Clients send 0 for "not known". */
export function isoOf(receivedAt: string, ...candidates: readonly (number | undefined)[]): string {
  for (const ms of candidates) {
    if (ms !== undefined && ms >= earliest && ms < latest) return new Date(ms).toISOString();
  }
  return receivedAt;
}
