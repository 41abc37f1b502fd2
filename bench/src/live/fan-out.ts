import { setTimeout as delay } from 'node:timers/promises';
import type { LiveFrame } from '@telltale/contracts/live';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { connectWriter, disconnect } from '@telltale/stream/connect';
import { keys, liveShardOf } from '@telltale/stream/keys';
import { liveFields } from '@telltale/stream/live-append';
import type { Bare } from './bare.ts';
import type { TimedFrame } from './bare-command.ts';
import { openViewers } from './viewers.ts';

export type FanOut = { name: string; messages: number; perSecond: number };

const nextId = createUuidV7();
/** So many messages are delivered in all, whatever the number of viewers: a moment's work says little. */
const deliveries = 1_000_000;
const most = 10_000;

const aLine = (number: number) => ({
  v: 1 as const,
  kind: 'log_entry' as const,
  id: nextId(),
  at: new Date().toISOString(),
  agent_id: `new-${number}`,
  level: 'info' as const,
  message: `line ${number} of a command that says what it is doing, at some length`,
  source: 'stdout' as const,
});

/**
 * How many messages a second reach viewers of a whole team, from the first that comes to the last: each entry is another
 * agent's first change, so that none is held back. The gateway reads them from Redis; bare socket.io has the very frames
 * in memory.
 */
export async function measureFanOut(options: {
  gatewayUrl: string;
  redisUrl: string;
  key: string;
  bare: Bare;
  viewers: number;
}): Promise<FanOut[]> {
  const { gatewayUrl, redisUrl, key, bare, viewers } = options;
  const agents = Math.min(most, Math.ceil(deliveries / viewers));
  const redis = await connectWriter({ url: redisUrl, name: 'telltale-bench-live' });
  const sent: TimedFrame[] = [];
  try {
    using hearing = await openViewers({
      url: gatewayUrl,
      count: viewers,
      auth: () => ({ token: key }),
      payload: () => ({ team_id: 'bench', events: ['log_entry'] }),
    });
    let messages = 0;
    let [first, last] = [0, 0];
    hearing.onFrame((frame: LiveFrame, receivedMs, viewer) => {
      if (messages === 0) first = receivedMs;
      last = receivedMs;
      messages += frame.messages.length;
      if (viewer === 0) sent.push({ afterMs: 0, room: 'bench', frame });
    });
    // In one go, so that the gateway always finds the next ones waiting.
    const appends = redis.pipeline();
    for (let number = 0; number < agents; number += 1) {
      const delta = JSON.stringify({ records: [aLine(number)] });
      const entry = [liveFields.team, 'bench', liveFields.batch, `bench:${number}`, liveFields.delta, delta];
      appends.xadd(keys.live(liveShardOf('bench')), '*', ...entry);
    }
    await appends.exec();
    while (messages < agents * viewers && hearing.connected() === viewers) await delay(2);
    const seconds = (last - first) / 1000;
    const own = { name: `gateway, ${viewers} viewers of a team`, messages, perSecond: messages / seconds };
    hearing[Symbol.dispose]();
    const plain = await bare.broadcast(sent, { count: viewers, room: () => 'bench' });
    const perSecond = plain.messages / plain.seconds;
    return [own, { name: `bare socket.io, the same frames`, messages: plain.messages, perSecond }];
  } finally {
    disconnect(redis);
  }
}
