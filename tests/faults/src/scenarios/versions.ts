import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { idsHashInput } from '@telltale/contracts/ids-hash';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { connectWriter, disconnect } from '@telltale/stream/connect';
import { createBatchPublisher } from '@telltale/stream/publish-batch';
import { until } from '@telltale/testkit/until';
import { Client } from 'pg';
import type { Play } from '../frame/play.ts';
import type { Scenario } from '../frame/scenario.ts';
import { openLedger } from '../oracle/ledger.ts';
import { redisDo } from '../stage/redis-do.ts';
import { team } from '../stage/stage.ts';

const golden = fileURLToPath(new URL('../../../../libs/contracts/golden', import.meta.url));
/** Each version's records come so many times: a quarter of an hour of a small old runner. */
const rounds = 40;

type Plain = Record<string, unknown>;

/** What one call is known by: the same word again would be the same call told again, and is counted once. */
const own: Record<string, () => string> = {
  request_id: randomUUID,
  message_id: randomUUID,
  tool_call_id: randomUUID,
  trace_id: () => randomBytes(16).toString('hex'),
  span_id: () => randomBytes(8).toString('hex'),
};
const apart = (record: Plain): Plain =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, own[name]?.() ?? value]));

/** The golden records of each version that was ever released, with ids and times of their own. */
function releasedRecords(): { version: string; records: () => TelemetryRecord[] }[] {
  const nextId = createUuidV7();
  return readdirSync(golden).map((version) => {
    const texts = readdirSync(`${golden}/${version}`).map((file) =>
      readFileSync(`${golden}/${version}/${file}`, 'utf8'),
    );
    const records = (): TelemetryRecord[] =>
      texts
        .map((text) => apart(JSON.parse(text) as Plain))
        .map((record): Plain => ({ ...record, id: nextId(), at: new Date().toISOString() }))
        .filter(({ kind }) => kind !== 'endpoint_minute') as unknown as TelemetryRecord[];
    return { version, records };
  });
}

/** What a coming version may send: newer batches, newer records, kinds and fields that nobody knows yet. */
async function sendFromTheFuture(play: Play): Promise<void> {
  const nextId = createUuidV7();
  const at = new Date().toISOString();
  const record = { v: 1, id: nextId(), kind: 'agent_step', at, agent_id: 'future', name: 'step' };
  const batch = { v: 1, team_id: team, seq: 1, ids_hash: '0'.repeat(64), received_at: at, rejected: 0 };
  const entries: Plain[] = [
    { ...batch, v: 2, producer_id: 'future-batch', records: [record] },
    { ...batch, producer_id: 'future-record', records: [{ ...record, id: nextId(), v: 2 }] },
    { ...batch, producer_id: 'future-kind', records: [{ ...record, id: nextId(), kind: 'dream' }] },
  ];
  for (const entry of entries) {
    const fields = ['t', team, 'p', String(entry['producer_id']), 's', '1', 'd', JSON.stringify(entry)];
    await redisDo(play.redis.url, 'XADD', 'tt:{r00}:batches', '*', ...fields);
    play.hit('from a coming version');
  }
  const reasons = async (): Promise<boolean> => {
    const client = new Client({ connectionString: play.databaseUrl });
    await client.connect();
    try {
      const { rows } = await client.query<{ reason: string }>(
        `select reason from dead_letter where team_id = $1 and producer_id like 'future-%' order by producer_id`,
        [team],
      );
      return rows.map(({ reason }) => reason).join() === 'unsupported_version,unknown_kind,unsupported_version';
    } finally {
      await client.end();
    }
  };
  await until(reasons, { what: 'what a coming version sent among the dead letters, with its reason' });
}

/** A runner of the version before with the server of today, and the other way round. */
export const mixedVersions: Scenario = {
  name: 'mixed-versions',
  what: 'golden records of every released version in bodies and batches without the newer fields; batches, records and kinds of a coming version',
  atLeast: 40,
  tolerates: ['foreign', 'deadLettered'],
  async play(play) {
    const redis = await connectWriter({ url: play.redis.url, name: 'faults' });
    const { publish } = createBatchPublisher(redis);
    try {
      for (const { version, records } of releasedRecords()) {
        const ledger = openLedger(play.addLedger(`golden-${version}`));
        for (let seq = 1; seq <= rounds; seq += 1) {
          const [posted, published] = [records(), records()];
          ledger.issue([...posted, ...published]);
          // The least that the first version knew: no account of what was issued, no floor.
          const body = { producer_id: `posting-${version}`, seq, records: posted };
          const { status, text } = await play.api.post('/telemetry', JSON.stringify(body));
          if (status !== 202) play.problem(`a body of ${version} was answered with ${status}: ${text}`);
          const ids_hash = createHash('sha256').update(idsHashInput(published)).digest('hex');
          const head = { v: 1 as const, team_id: team, producer_id: `publishing-${version}`, seq, ids_hash };
          await publish({ ...head, received_at: new Date().toISOString(), rejected: 0, records: published });
          play.hit(`batch of ${version}`, 2);
          ledger.acknowledge(ledger.issued());
        }
      }
    } finally {
      disconnect(redis);
    }
    await sendFromTheFuture(play);
    await play.recovered();
  },
};
