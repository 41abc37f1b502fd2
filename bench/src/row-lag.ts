import { setTimeout as delay } from 'node:timers/promises';
import type { EncodedBatch, PublishedEntry } from '@telltale/stream/publish-batch';
import { Client } from 'pg';
import type { Generator } from './generate.ts';
import { sendOpenLoop } from './open-loop.ts';
import { type Lags, percentiles } from './percentiles.ts';

const now = (): number => performance.timeOrigin + performance.now();

/** Between two looks at the ledger, in ms: the error of every measured lag. */
const lookEveryMs = 3;
/** A batch that is not there this long after the last send was lost. */
const patienceMs = 60_000;

/**
 * From the moment each batch was due to the first look that finds its ledger row, which commits together with its
 * records.
 */
export async function measureRowLag(options: {
  databaseUrl: string;
  generator: Generator;
  recordsPerSecond: number;
  seconds: number;
  publish: (batch: EncodedBatch) => Promise<PublishedEntry>;
}): Promise<Lags> {
  const waiting = new Map<string, number>();
  const lags: number[] = [];
  const client = new Client({ connectionString: options.databaseUrl });
  await client.connect();
  const state = { sending: true, lastSent: now() };

  const look = async (): Promise<void> => {
    while (state.sending || waiting.size > 0) {
      if (now() - state.lastSent > patienceMs) throw new Error(`${waiting.size} batches were never stored`);
      const keys = [...waiting.keys()];
      const { rows } = await client.query<{ key: string }>({
        name: 'stored',
        text: `select key from unnest($1::text[]) as key
                where exists (select from batch_ledger where team_id = $2 and producer_id = split_part(key, ' ', 1) and seq = split_part(key, ' ', 2)::bigint)`,
        values: [keys, 'bench'],
      });
      const seen = now();
      for (const { key } of rows) {
        lags.push(seen - (waiting.get(key) ?? seen));
        waiting.delete(key);
      }
      await delay(lookEveryMs);
    }
  };

  try {
    const looking = look();
    const send = sendOpenLoop({
      ...options,
      onSend: ({ encoded, due }) => {
        state.lastSent = now();
        waiting.set(`${encoded.producerId} ${encoded.seq}`, due);
      },
    }).finally(() => {
      state.sending = false;
    });
    await Promise.all([looking, send]);
  } finally {
    await client.end();
  }
  return percentiles(lags);
}
