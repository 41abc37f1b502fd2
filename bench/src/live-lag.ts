import type { StreamBatch } from '@telltale/contracts/batch';
import type { LiveFrame, SubscribeAck } from '@telltale/contracts/live';
import { createKey } from '@telltale/store/config';
import { createDatabase } from '@telltale/store/database';
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

/** The newest record of a message that names its records, or null (latest values and totals carry no ids). */
function newestId(message: LiveFrame['messages'][number]): string | null {
  if (!('items' in message.data)) return null;
  const last: unknown = message.data.items.at(-1);
  const id: unknown = typeof last === 'object' && last !== null ? Reflect.get(last, 'id') : undefined;
  return typeof id === 'string' ? id : null;
}

/**
 * A client watches the whole team over a WebSocket, as the dashboard does, while records come at a fixed rate. Lag is
 * from the moment the newest record of a message was due to be published to the moment the message was received.
 */
export async function measureLiveLag(options: {
  gatewayUrl: string;
  databaseUrl: string;
  generator: Generator;
  recordsPerSecond: number;
  seconds: number;
  publish: (batch: StreamBatch) => Promise<unknown>;
}): Promise<Lags & { frames: number }> {
  const dueOf = new Map<string, number>();
  const lags: number[] = [];
  let frames = 0;
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
      frames += 1;
      for (const message of messages) {
        const due = dueOf.get(newestId(message) ?? '');
        if (due !== undefined) lags.push(received - due);
      }
    });
    const answer = (await socket.timeout(10_000).emitWithAck('subscribe', { team_id: 'bench' })) as SubscribeAck;
    if (!answer.ok) throw new Error(`the gateway refused the subscription: ${answer.error.detail}`);
    await sendOpenLoop({
      ...options,
      onSend: ({ batch, due }) => {
        for (const record of batch.records) dueOf.set(record.id, due);
      },
    });
  } finally {
    socket.disconnect();
  }
  return { ...percentiles(lags), frames };
}
