import { setTimeout as delay } from 'node:timers/promises';
import type { LiveFrame } from '@telltale/contracts/live';
import { createGenerator } from '../generate.ts';
import { type Lags, percentiles } from '../percentiles.ts';
import type { Product } from '../product-path.ts';
import { agentOf, idsOf } from './agent-viewers.ts';
import { openViewers } from './viewers.ts';

const viewers = 20;
/** Each agent is quiet for more than a second before its next record. */
const everyMs = 75;

const now = (): number => performance.timeOrigin + performance.now();

/** The first change after a quiet second on an idle system: one record at a time, from its publishing to its receipt. */
export async function measureFirstChange(options: {
  product: Pick<Product, 'publish'>;
  gatewayUrl: string;
  key: string;
  seed: number;
  changes: number;
}): Promise<Lags> {
  const { product, gatewayUrl, key, seed, changes } = options;
  using hearing = await openViewers({
    url: gatewayUrl,
    count: viewers,
    auth: () => ({ token: key }),
    payload: (viewer) => ({ agent_id: agentOf(viewer), events: ['log_entry'] }),
  });
  const sentAt = new Map<string, number>();
  const lags: number[] = [];
  hearing.onFrame(({ messages }: LiveFrame, receivedMs) => {
    for (const id of messages.flatMap(({ data }) => idsOf(data))) {
      const sent = sentAt.get(id);
      if (sent !== undefined) lags.push(receivedMs - sent);
    }
  });
  const generator = createGenerator({ seed, team_id: 'bench' });
  for (let change = 0; change < changes; change += 1) {
    const batch = generator.next(1);
    const records = batch.records.map(({ id, at }) => ({
      v: 1 as const,
      kind: 'log_entry' as const,
      id,
      at,
      agent_id: agentOf(change % viewers),
      level: 'info' as const,
      source: 'stdout' as const,
      message: `change ${change}`,
    }));
    for (const { id } of records) sentAt.set(id, now());
    await product.publish({ ...batch, records });
    await delay(everyMs);
  }
  while (lags.length < changes) await delay(5);
  return percentiles(lags);
}
