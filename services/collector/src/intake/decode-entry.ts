import type { UnreadableBatch } from '@telltale/store/ingest';
import type { StreamBatch } from '@telltale/contracts/batch';
import { limits } from '@telltale/contracts/limits';
import { decodeBatch } from '@telltale/stream/batch-codec';
import type { StreamEntry } from '@telltale/stream/shard-consumer';

/** An entry with what its payload says, or why it says nothing. */
export type DecodedEntry = { entry: StreamEntry; bytes: number } & (
  | { batch: StreamBatch; unreadable?: never }
  | { batch?: never; unreadable: UnreadableBatch }
);

/** The fields beside the payload name the batch; they and the payload must agree, since the ledger goes by the latter. */
export function decodeEntry(entry: StreamEntry): DecodedEntry {
  const decoded = decodeBatch(entry.payload);
  if (!decoded.ok) return unreadable(entry, decoded.reason, decoded.detail);
  const { batch, bytes } = decoded;
  if (batch.team_id !== entry.teamId || batch.producer_id !== entry.producerId || batch.seq !== entry.seq) {
    return unreadable(entry, 'unreadable_batch', 'the payload names another team, producer or seq than its entry');
  }
  return { entry, bytes, batch };
}

export function unreadable(entry: StreamEntry, reason: UnreadableBatch['reason'], detail: string): DecodedEntry {
  const { payload } = entry;
  const [teamId, producerId] = [storable(entry.teamId), storable(entry.producerId)];
  // An entry that lacks even its names goes by its place in the stream.
  const nameless = teamId === '' || producerId === '' || !(Number.isSafeInteger(entry.seq) && entry.seq > 0);
  const named = nameless
    ? { teamId: teamId || 'unknown', producerId: `entry:${entry.shard}:${entry.entryId}`, seq: 1 }
    : { teamId, producerId, seq: entry.seq };
  return { entry, bytes: payload.length, unreadable: { ...named, payload, reason, detail } };
}

/** Names that no door checked; one that PostgreSQL refuses would keep its letter from being written. */
const storable = (name: string): string => name.replaceAll('\u0000', '\uFFFD').slice(0, limits.idLength);
