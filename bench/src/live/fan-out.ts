import { setTimeout as delay } from 'node:timers/promises';
import type { LiveFrame } from '@telltale/contracts/live';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { connectWriter, disconnect } from '@telltale/stream/connect';
import { createLiveAppender } from '@telltale/stream/live-append';
import type { Bare } from './bare.ts';
import type { TimedFrame } from './bare-command.ts';
import { openViewers } from './viewers.ts';

export type FanOut = { name: string; messages: number; perSecond: number };

const nextId = createUuidV7();
const appendsAtOnce = 10;

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
 * How many messages a second reach viewers of a whole team: each entry is another agent's first change, so that none
 * is held back. The gateway reads them from Redis; bare socket.io has the very frames in memory.
 */
export async function measureFanOut(options: {
  gatewayUrl: string;
  redisUrl: string;
  key: string;
  bare: Bare;
  viewers: number;
  /** A multiple of the appends at once. */
  agents: number;
}): Promise<FanOut[]> {
  const { gatewayUrl, redisUrl, key, bare, viewers, agents } = options;
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
    hearing.onFrame((frame: LiveFrame, _, viewer) => {
      messages += frame.messages.length;
      if (viewer === 0) sent.push({ afterMs: 0, room: 'bench', frame });
    });
    const appender = createLiveAppender(redis);
    const start = performance.now();
    for (let number = 0; number < agents; number += appendsAtOnce) {
      const entries = Array.from({ length: appendsAtOnce }, (_, index) => [aLine(number + index)]);
      await appender.appendBatches(
        entries.map((records) => ({ teamId: 'bench', batch: `bench:${nextId()}`, deltas: () => [{ records }] })),
      );
    }
    while (messages < agents * viewers && hearing.connected() === viewers) await delay(2);
    const seconds = (performance.now() - start) / 1000;
    const own = { name: `gateway, ${viewers} viewers of a team`, messages, perSecond: messages / seconds };
    hearing[Symbol.dispose]();
    const plain = await bare.broadcast(sent, { count: viewers, room: () => 'bench' });
    const perSecond = plain.messages / plain.seconds;
    return [own, { name: `bare socket.io, the same frames`, messages: plain.messages, perSecond }];
  } finally {
    disconnect(redis);
  }
}
