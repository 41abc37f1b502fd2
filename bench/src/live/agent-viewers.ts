import type { LiveFrame, SubscribePayload } from '@telltale/contracts/live';
import { createGenerator } from '../generate.ts';
import { fleet } from '../mix.ts';
import { sendOpenLoop } from '../open-loop.ts';
import { type Lags, percentiles } from '../percentiles.ts';
import type { Product } from '../product-path.ts';
import type { TimedFrame } from './bare-command.ts';
import { openViewers } from './viewers.ts';

const agents = fleet.producers * fleet.agentsPerProducer;
export const agentOf = (viewer: number): string => `agent-${String(viewer % agents).padStart(3, '0')}`;

/** What each viewer hears, and what room it is in for the comparison. */
export type Audience = { payload: (viewer: number) => SubscribePayload; room: (viewer: number) => string };

/** One agent each. */
export const ofAgents: Audience = { payload: (viewer) => ({ agent_id: agentOf(viewer) }), room: agentOf };
/** The whole team each, all kinds. */
export const ofTeam: Audience = { payload: () => ({ team_id: 'bench' }), room: () => 'bench' };

/** The ids of a message's records; latest values and totals carry none. */
export function idsOf(data: object): string[] {
  if (!('items' in data) || !Array.isArray(data.items)) return [];
  return data.items.map((item: { id: string }) => item.id);
}

export type ViewersResult = {
  lags: Lags;
  /** One lag an agent and event: a rare event's only record waits for its agent's second. */
  rowLags: Lags;
  deliveries: number;
  connected: number;
  frames: TimedFrame[];
};

/**
 * Viewers hear while records come at a fixed rate through the whole product. Lag: from the moment the newest record of a
 * socket message was due to be published to the moment the message came. `frames` is what was sent, for the comparison.
 */
export async function measureViewers(options: {
  product: Pick<Product, 'publishEncoded'>;
  gatewayUrl: string;
  key: string;
  seed: number;
  viewers: number;
  recordsPerSecond: number;
  seconds: number;
  /** Producers that publish every 10 ms: of 20, four publish every 50 ms each. */
  producersAtOnce?: number;
  audience?: Audience;
}): Promise<ViewersResult> {
  const { product, gatewayUrl, key, viewers, producersAtOnce = 4, audience = ofAgents } = options;
  using hearing = await openViewers({
    url: gatewayUrl,
    count: viewers,
    auth: () => ({ token: key }),
    payload: audience.payload,
  });
  const dueOf = new Map<string, number>();
  const lags: number[] = [];
  const rowLags: number[] = [];
  const frames: TimedFrame[] = [];
  const recorded = new Set<string>();
  const recorder = Array.from({ length: viewers }, (_, viewer) => {
    const room = audience.room(viewer);
    return !recorded.has(room) && Boolean(recorded.add(room));
  });
  let deliveries = 0;
  const start = performance.timeOrigin + performance.now();
  hearing.onFrame((frame: LiveFrame, receivedMs, viewer) => {
    deliveries += 1;
    if (recorder[viewer] === true) frames.push({ afterMs: receivedMs - start, room: audience.room(viewer), frame });
    let newest = 0;
    for (const { data } of frame.messages) {
      let newestOfRow = 0;
      for (const id of idsOf(data)) newestOfRow = Math.max(newestOfRow, dueOf.get(id) ?? 0);
      if (newestOfRow > 0) rowLags.push(receivedMs - newestOfRow);
      newest = Math.max(newest, newestOfRow);
    }
    if (newest > 0) lags.push(receivedMs - newest);
  });
  await sendOpenLoop({
    generator: createGenerator({ seed: options.seed, team_id: 'bench' }),
    recordsPerSecond: options.recordsPerSecond,
    seconds: options.seconds,
    producersAtOnce,
    publish: product.publishEncoded,
    onSend: ({ ids, due }) => {
      for (const id of ids) dueOf.set(id, due);
    },
  });
  return {
    lags: percentiles(lags),
    rowLags: percentiles(rowLags),
    deliveries,
    connected: hearing.connected(),
    frames,
  };
}
