import type { LiveFrame, SubscribeAck } from '@telltale/contracts/live';
import { createKey } from '@telltale/store/config';
import { createDatabase } from '@telltale/store/database';
import type { EncodedBatch, PublishedEntry } from '@telltale/stream/publish-batch';
import { io } from 'socket.io-client';
import type { Generator } from './generate.ts';
import { sendOpenLoop } from './open-loop.ts';
import { type Lags, percentiles } from './percentiles.ts';
import { keySecret } from './services.ts';

const now = (): number => performance.timeOrigin + performance.now();

export async function readingKey(databaseUrl: string): Promise<string> {
  await using database = createDatabase({ url: databaseUrl, max: 1, applicationName: 'telltale-bench' });
  const { key } = await createKey(database.kysely, {
    teamId: 'bench',
    scopes: ['read'],
    name: 'bench',
    principal: { kind: 'service', id: 'bench' },
    expiresAt: null,
    keySecret,
    actor: 'service:bench',
  });
  return key;
}

/** The id of the newest record of a message that names its records; latest values and totals carry none. */
function newestId(message: LiveFrame['messages'][number]): string {
  if (!('items' in message.data)) return '';
  const last: unknown = message.data.items.at(-1);
  const id: unknown = typeof last === 'object' && last !== null ? Reflect.get(last, 'id') : undefined;
  return typeof id === 'string' ? id : '';
}

/** `messages`: one lag an agent and event. `frames`: one lag a socket event, which holds many messages. */
export type LiveLags = { messages: Lags; frames: Lags };

/**
 * A client watches the whole team over a WebSocket, as the dashboard does, while records come at a fixed rate. Lag is
 * from the moment the newest record of a message (or of a whole frame) was due to be published to its receipt. Each
 * agent is updated once a second, so the only record of its event waits half a second on average.
 */
export async function measureLiveLag(options: {
  gatewayUrl: string;
  databaseUrl: string;
  generator: Generator;
  recordsPerSecond: number;
  seconds: number;
  publish: (batch: EncodedBatch) => Promise<PublishedEntry>;
}): Promise<LiveLags> {
  const dueOf = new Map<string, number>();
  const lags = { messages: [] as number[], frames: [] as number[] };
  const socket = io(options.gatewayUrl, {
    auth: { token: await readingKey(options.databaseUrl) },
    transports: ['websocket'],
    reconnection: false,
  });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    socket.on('telemetry', ({ messages }: LiveFrame) => {
      const received = now();
      const dues = messages.flatMap((message) => dueOf.get(newestId(message)) ?? []);
      for (const due of dues) lags.messages.push(received - due);
      if (dues.length > 0) lags.frames.push(received - Math.max(...dues));
    });
    const answer = (await socket.timeout(10_000).emitWithAck('subscribe', { team_id: 'bench' })) as SubscribeAck;
    if (!answer.ok) throw new Error(`the gateway refused the subscription: ${answer.error.detail}`);
    await sendOpenLoop({
      ...options,
      onSend: ({ ids, due }) => {
        for (const id of ids) dueOf.set(id, due);
      },
    });
  } finally {
    socket.disconnect();
  }
  return { messages: percentiles(lags.messages), frames: percentiles(lags.frames) };
}
