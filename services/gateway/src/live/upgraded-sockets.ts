import type { Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '@telltale/runtime/clock';

/**
 * The connections that became WebSockets. The HTTP server neither counts them as idle nor ends them, but waits for them
 * when it closes: one client that does not answer a close would hold up the stop.
 */
export function trackUpgraded(httpServer: HttpServer, clock: Clock) {
  const open = new Map<Duplex, Promise<void>>();
  httpServer.on('upgrade', (_request, socket) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    open.set(socket, promise);
    socket.once('close', () => {
      open.delete(socket);
      resolve();
    });
  });
  return {
    /** Resolves when all are closed; those still open after `withinMs` are cut off. */
    async end(withinMs: number): Promise<void> {
      const allClosed = new AbortController();
      const closed = Promise.all(open.values()).then(() => allClosed.abort());
      await Promise.race([closed, clock.sleep(withinMs, allClosed.signal).catch(() => undefined)]);
      for (const socket of open.keys()) socket.destroy();
    },
  };
}
