import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** Headers between two hops, and those that the new hop makes for itself. */
const ofTheHop = new Set([
  'host',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'upgrade',
  'expect',
  'telltale-told',
]);

/**
 * A run within a run sends on to the one around it what it tells itself: that one only sends it on in turn. Between the two alone,
 * and never to an endpoint of a person's.
 */
export const toldHeader = 'telltale-told';

/** How long the person's own endpoint may take; the program has its answer already. */
const timeoutMs = 10_000;

/**
 * Sends the bytes on as they came, with the program's own headers, to where the person had them sent. Resolves to
 * whether they were taken; a refusal is the receiver's word to the person, not to us.
 */
export function forwardRequest(
  target: URL,
  headers: IncomingHttpHeaders,
  body: Buffer,
  { isRun = false }: { isRun?: boolean } = {},
): Promise<boolean> {
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !ofTheHop.has(name)));
  if (isRun) kept[toldHeader] = '1';
  const start = target.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const options = { method: 'POST', headers: { ...kept, 'content-length': body.length }, signal };
    const request = start(target, options, (response) => {
      response.resume();
      response.on('close', () => resolve((response.statusCode ?? 500) < 300));
    });
    request.on('error', () => resolve(false));
    request.end(body);
  });
}
