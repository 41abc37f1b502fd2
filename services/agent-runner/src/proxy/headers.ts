/** Headers of one connection, not of the message. `expect` is answered here: the body is read anyway. */
const ofConnection: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

export type RawHeaders = readonly string[];

/**
 * The headers that go on, in their order and spelling; `changed` replaces values by lower-case name, null takes one out.
 * What `connection` names is of the connection too.
 */
export function passedOn(raw: RawHeaders, changed: Readonly<Record<string, string | null>> = {}): string[] {
  const named = new Set<string>();
  for (let at = 0; at < raw.length; at += 2)
    if (raw[at]?.toLowerCase() === 'connection')
      for (const name of (raw[at + 1] ?? '').split(',')) named.add(name.trim().toLowerCase());
  const headers: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at] ?? '';
    const lower = name.toLowerCase();
    if (ofConnection.has(lower) || named.has(lower)) continue;
    const change = Object.hasOwn(changed, lower) ? changed[lower] : undefined;
    if (change === null) continue;
    headers.push(name, change ?? raw[at + 1] ?? '');
  }
  return headers;
}
