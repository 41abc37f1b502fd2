import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';

/** The run around this one, on loopback, answers at once; one that does not has other troubles. */
const patienceMs = 1_000;

/** Behind the endpoint of a run: a run within it begins, and is there for as long as its request is. */
export const withinPath = '/within';

type Around = {
  /** What this run tells by itself of what it reads. */
  tells(mark: string): void;
  ended(): Promise<void>;
};

const nobody: Around = { tells: () => undefined, ended: async () => undefined };

/**
 * Tells the run around this one, before anything starts, that what it reads from here on may be the output of a run within it,
 * then what of it is told by this one. Fails open: then both tell of it.
 */
export async function tellAround(around: string | undefined): Promise<Around> {
  if (around === undefined || URL.parse(around)?.protocol !== 'http:') return nobody;
  const request = httpRequest(`${around}${withinPath}`, { method: 'POST', agent: false });
  request.on('error', () => undefined);
  request.flushHeaders();
  const response = await once(request, 'response', { signal: AbortSignal.timeout(patienceMs) }).then(
    ([answer]) => answer as IncomingMessage,
    () => null,
  );
  if (response?.statusCode !== 200) {
    request.destroy();
    return nobody;
  }
  response.on('error', () => undefined);
  response.resume();
  // A run that ends in another way than by its own word waits for nobody.
  request.socket?.unref();
  return {
    tells(mark) {
      if (!request.destroyed) request.write(`${mark}\n`);
    },
    async ended() {
      request.socket?.ref();
      request.end();
      const signal = AbortSignal.timeout(patienceMs);
      if (!response.destroyed) await once(response, 'close', { signal }).catch(() => undefined);
      request.destroy();
    },
  };
}
