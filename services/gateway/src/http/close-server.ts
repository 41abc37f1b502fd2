import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';

const lookMs = 200;

/**
 * Lets a server close in time: a connection on which nothing was ever asked (a client changed its mind while it connected)
 * counts as busy to Node for a minute. Watch the server from its start; then close it by what this gives back.
 */
export function watchUnused(server: Server): (close: () => Promise<unknown>) => Promise<void> {
  const unused = new Set<Socket>();
  const came = (socket: Socket): void => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  };
  const used = ({ socket }: IncomingMessage): void => void unused.delete(socket);
  // Over TLS what is asked comes by the socket within.
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', came);
  server.on('request', used);
  server.on('upgrade', used);
  return async (close) => {
    const drop = (): void => unused.forEach((socket) => socket.destroy());
    const looking = setInterval(drop, lookMs);
    drop();
    try {
      await close();
    } finally {
      clearInterval(looking);
    }
  };
}
