import { setTimeout as delay } from 'node:timers/promises';
import { createLiveClient } from '@telltale/sdk/live-client';
import { createGenerator } from '../generate.ts';
import type { Product } from '../product-path.ts';
import { agentOf } from './agent-viewers.ts';

export type StormResult = { secondsUntilLive: number; secondsUntilHeard: number; lost: number; doubled: number };

const atOnce = 100;

/**
 * Clients that all lose their connection, and come back at the same moment with their cursors: how long until each
 * listens again and has what was said meanwhile, and whether any line was lost or came twice.
 */
export async function measureStorm(options: {
  product: Pick<Product, 'publish'>;
  gatewayUrl: string;
  key: string;
  seed: number;
  clients: number;
}): Promise<StormResult> {
  const { product, gatewayUrl, key, seed, clients: count } = options;
  const generator = createGenerator({ seed, team_id: 'bench' });
  const said: string[][] = [];
  /** One line of each agent that somebody hears. */
  const say = async (): Promise<void> => {
    const agents = Math.min(count, 200);
    const batch = generator.next(agents);
    const records = batch.records.map(({ id, at }, agent) => ({
      v: 1 as const,
      kind: 'log_entry' as const,
      id,
      at,
      agent_id: agentOf(agent),
      level: 'info' as const,
      source: 'stdout' as const,
      message: `line ${said.length}`,
    }));
    said.push(records.map(({ id }) => id));
    await product.publish({ ...batch, records });
  };

  const clients: ReturnType<typeof createLiveClient>[] = [];
  const heard = Array.from({ length: count }, () => [] as string[]);
  const all = async (condition: (viewer: number) => boolean): Promise<void> => {
    while (!heard.every((_, viewer) => condition(viewer))) await delay(10);
  };
  const hasAll = (viewer: number): boolean => {
    const newest = said.at(-1)?.[viewer % 200];
    return newest !== undefined && heard[viewer]?.includes(newest) === true;
  };
  try {
    for (let from = 0; from < count; from += atOnce) {
      for (let viewer = from; viewer < Math.min(count, from + atOnce); viewer += 1) {
        const client = createLiveClient({
          url: gatewayUrl,
          apiKey: key,
          subscription: { agent_id: agentOf(viewer), events: ['log_entry'] },
        });
        client.on('log_entry', ({ items }) => heard[viewer]?.push(...items.map(({ id }) => id)));
        clients.push(client);
      }
      while (clients.some((client) => client.state() !== 'live')) await delay(10);
    }
    await say();
    await all(hasAll);
    for (const client of clients) client.pause();
    await delay(500);
    for (let line = 0; line < 3; line += 1) await say();
    const start = performance.now();
    for (const client of clients) client.resume();
    while (clients.some((client) => client.state() !== 'live')) await delay(10);
    const secondsUntilLive = (performance.now() - start) / 1000;
    await all(hasAll);
    const secondsUntilHeard = (performance.now() - start) / 1000;
    let lost = 0;
    let doubled = 0;
    for (const [viewer, ids] of heard.entries()) {
      const own = new Set(said.map((line) => line[viewer % 200] ?? ''));
      lost += own.size - new Set(ids.filter((id) => own.has(id))).size;
      doubled += ids.length - new Set(ids).size;
    }
    return { secondsUntilLive, secondsUntilHeard, lost, doubled };
  } finally {
    for (const client of clients) client[Symbol.dispose]();
  }
}
