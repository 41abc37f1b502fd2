import { createGenerator } from '../generate.ts';
import { fleet } from '../mix.ts';
import { sendOpenLoop } from '../open-loop.ts';
import { type Lags, percentiles } from '../percentiles.ts';
import type { Product } from '../product-path.ts';
import type { TimedFrame } from './bare-command.ts';
import { openViewers } from './viewers.ts';

const agents = fleet.producers * fleet.agentsPerProducer;
export const agentOf = (viewer: number): string => `agent-${String(viewer % agents).padStart(3, '0')}`;

/** The ids of a message's records; latest values and totals carry none. */
function idsOf(data: object): string[] {
  if (!('items' in data) || !Array.isArray(data.items)) return [];
  return data.items.map((item: { id: string }) => item.id);
}

export type AgentViewersResult = { lags: Lags; deliveries: number; connected: number; frames: TimedFrame[] };

/**
 * Viewers of one agent each while records come at a fixed rate through the whole product. Lag: from the moment the newest
 * record of a frame was due to be published to the moment the frame came. `frames` is what was sent, for the
 * comparison.
 */
export async function measureAgentViewers(options: {
  product: Product;
  gatewayUrl: string;
  key: string;
  seed: number;
  viewers: number;
  recordsPerSecond: number;
  seconds: number;
}): Promise<AgentViewersResult> {
  const { product, gatewayUrl, key, viewers } = options;
  using hearing = await openViewers({
    url: gatewayUrl,
    count: viewers,
    auth: () => ({ token: key }),
    payload: (viewer) => ({ agent_id: agentOf(viewer) }),
  });
  const dueOf = new Map<string, number>();
  const lags: number[] = [];
  const frames: TimedFrame[] = [];
  let deliveries = 0;
  const start = performance.timeOrigin + performance.now();
  hearing.onFrame((frame, receivedMs, viewer) => {
    deliveries += 1;
    if (viewer < agents) frames.push({ afterMs: receivedMs - start, room: agentOf(viewer), frame });
    const dues = frame.messages.flatMap(({ data }) => idsOf(data).map((id) => dueOf.get(id) ?? 0));
    const newest = Math.max(0, ...dues);
    if (newest > 0) lags.push(receivedMs - newest);
  });
  await sendOpenLoop({
    generator: createGenerator({ seed: options.seed, team_id: 'bench' }),
    recordsPerSecond: options.recordsPerSecond,
    seconds: options.seconds,
    publish: product.publish,
    onSend: ({ batch, due }) => {
      for (const record of batch.records) dueOf.set(record.id, due);
    },
  });
  return { lags: percentiles(lags), deliveries, connected: hearing.connected(), frames };
}
