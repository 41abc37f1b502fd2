import type { LiveFrame, SubscribePayload } from '@telltale/contracts/live';
import { createGenerator } from '../generate.ts';
import { fleet } from '../mix.ts';
import { sendOpenLoop } from '../open-loop.ts';
import { type Lags, percentiles } from '../percentiles.ts';
import type { Product } from '../product-path.ts';
import type { TimedFrame } from './bare-command.ts';
import { followLiveTimes } from './live-times.ts';
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
  /** Of `lags`: until the message's newest record was in Redis's stream, from there to the live stream, and from there on. */
  ways: { toRedis: Lags; toLive: Lags; toClient: Lags };
  deliveries: number;
  connected: number;
  frames: TimedFrame[];
};

/** One batch on its way; epoch ms. */
type Sent = { batch: string; due: number; inRedis: number };

const later = (one: Sent | undefined, other: Sent | undefined): Sent | undefined =>
  one === undefined || (other !== undefined && other.due > one.due) ? other : one;

/**
 * Viewers hear while records come at a fixed rate through the whole product. Lag: from the moment the newest record of a
 * socket message was due to be published to the moment the message came. `frames` is what was sent, for the comparison.
 */
export async function measureViewers(options: {
  product: Pick<Product, 'publishEncoded'>;
  redisUrl: string;
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
  const { product, redisUrl, gatewayUrl, key, viewers, producersAtOnce = 4, audience = ofAgents } = options;
  using hearing = await openViewers({
    url: gatewayUrl,
    count: viewers,
    auth: () => ({ token: key }),
    payload: audience.payload,
  });
  await using times = await followLiveTimes({ redisUrl, team: 'bench' });
  const sentOf = new Map<string, Sent>();
  const sentBatches = new Map<string, Sent>();
  const heard: { receivedMs: number; newest: Sent }[] = [];
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
    let newest: Sent | undefined;
    for (const { data } of frame.messages) {
      let newestOfRow: Sent | undefined;
      for (const id of idsOf(data)) newestOfRow = later(newestOfRow, sentOf.get(id));
      if (newestOfRow !== undefined) rowLags.push(receivedMs - newestOfRow.due);
      newest = later(newest, newestOfRow);
    }
    if (newest !== undefined) heard.push({ receivedMs, newest });
  });
  await sendOpenLoop({
    generator: createGenerator({ seed: options.seed, team_id: 'bench' }),
    recordsPerSecond: options.recordsPerSecond,
    seconds: options.seconds,
    producersAtOnce,
    publish: product.publishEncoded,
    onSend: ({ ids, due, encoded: { producerId, seq } }) => {
      const sent = { batch: `${producerId}:${seq}`, due, inRedis: Number.NaN };
      sentBatches.set(sent.batch, sent);
      for (const id of ids) sentOf.set(id, sent);
    },
    onPublished: ({ encoded: { producerId, seq } }, { entryId }) => {
      const sent = sentBatches.get(`${producerId}:${seq}`);
      if (sent !== undefined) sent.inRedis = Number(entryId.split('-')[0]);
    },
  });
  const live = await times.all();
  const known = heard.flatMap(({ receivedMs, newest }) => {
    const liveMs = live.get(newest.batch);
    return liveMs === undefined ? [] : [{ receivedMs, liveMs, ...newest }];
  });
  return {
    lags: percentiles(heard.map(({ receivedMs, newest }) => receivedMs - newest.due)),
    ways: {
      toRedis: percentiles(known.map(({ inRedis, due }) => inRedis - due)),
      toLive: percentiles(known.map(({ liveMs, inRedis }) => liveMs - inRedis)),
      toClient: percentiles(known.map(({ receivedMs, liveMs }) => receivedMs - liveMs)),
    },
    rowLags: percentiles(rowLags),
    deliveries,
    connected: hearing.connected(),
    frames,
  };
}
