import { connect, createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { flow } from './fault-proxy/flow.ts';
import { createToxics, type Direction, type Toxic } from './fault-proxy/toxics.ts';

export type FaultProxy = AsyncDisposable & {
  /** Of 127.0.0.1. */
  port: number;
  /** The same URL with this proxy in between. */
  through(url: string): string;
  /** From now on, on every connection; the function returned ends it. */
  add(toxic: Toxic, direction: Direction): () => void;
  clear(): void;
  /** Resets every connection there is. */
  resetAll(): number;
  /** Refuses new connections and resets those there are, until `comeBack`. */
  goAway(): void;
  comeBack(): void;
  /** Leads to another server from now on, as after a failover, and resets every connection to the one before. */
  retarget(place: { host: string; port: number }): void;
  /** How often something was done to the traffic, by what. */
  hits(): ReadonlyMap<string, number>;
  connections(): number;
};

/**
 * A TCP proxy on the loopback that does to traffic what networks do: holds it, slows it, cuts it into pieces, damages
 * it, resets it, in one direction or both. Without a toxic it passes bytes on with back-pressure.
 */
export async function startFaultProxy({
  target: first,
  random = Math.random,
}: {
  target: { host: string; port: number };
  random?: () => number;
}): Promise<FaultProxy> {
  const toxics = createToxics();
  const pairs = new Set<readonly [Socket, Socket]>();
  let away = false;
  let target = first;

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    client.on('error', () => undefined);
    if (away) {
      toxics.hit('refused');
      client.resetAndDestroy();
      return;
    }
    const upstream = connect({ ...target, allowHalfOpen: true, noDelay: true });
    const pair = [client, upstream] as const;
    pairs.add(pair);
    const reset = (): void => {
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    };
    upstream.on('error', reset);
    client.on('error', reset);
    const closed = (): void => {
      if (client.destroyed && upstream.destroyed) pairs.delete(pair);
    };
    client.on('close', closed);
    upstream.on('close', closed);
    flow({ from: client, to: upstream, direction: 'up', toxics, random, reset });
    flow({ from: upstream, to: client, direction: 'down', toxics, random, reset });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const { port } = address;

  const resetAll = (): number => {
    const count = pairs.size;
    for (const [client, upstream] of pairs) {
      client.resetAndDestroy();
      upstream.resetAndDestroy();
      toxics.hit('reset');
    }
    return count;
  };

  return {
    port,
    through(url) {
      const other = new URL(url);
      other.hostname = '127.0.0.1';
      other.port = String(port);
      return other.href;
    },
    add: toxics.add,
    clear: toxics.clear,
    resetAll,
    goAway() {
      away = true;
      resetAll();
    },
    comeBack() {
      away = false;
    },
    retarget(place) {
      target = place;
      resetAll();
    },
    hits: toxics.hits,
    connections: () => pairs.size,
    async [Symbol.asyncDispose]() {
      toxics.clear();
      server.close();
      resetAll();
      await once(server, 'close');
    },
  };
}
