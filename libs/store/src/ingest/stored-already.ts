import { recordSchemas, type RecordKind, type TelemetryRecord } from '@telltale/contracts/records/record';
import type { DbClient } from '../database.ts';
import { classifyStoreError } from './error-class.ts';

type Indexed = readonly [index: number, record: TelemetryRecord];

/**
 * Which of these records their table has, by index. A record is looked up by team, agent, time and id, which most raw
 * tables have an index for; its time is part of what it says, so a corrected one is another record. What no table could hold
 * is not there.
 */
export async function storedAlready(
  client: DbClient,
  teamId: string,
  records: readonly TelemetryRecord[],
): Promise<Set<number>> {
  const found = new Set<number>();
  const look = async (kind: RecordKind, group: readonly Indexed[]): Promise<void> => {
    await client.query('savepoint look');
    try {
      for (const index of await lookUp(client, teamId, kind, group)) found.add(index);
      await client.query('release savepoint look');
      return;
    } catch (error) {
      if (classifyStoreError(error) !== 'poison') throw error;
      await client.query('rollback to savepoint look');
    }
    if (group.length === 1) return;
    const half = Math.ceil(group.length / 2);
    await look(kind, group.slice(0, half));
    await look(kind, group.slice(half));
  };
  const known = [...records.entries()].filter(([, record]) => isFit(record));
  for (const [kind, group] of Map.groupBy(known, ([, record]) => record.kind)) await look(kind, group);
  return found;
}

async function lookUp(client: DbClient, teamId: string, kind: RecordKind, group: readonly Indexed[]) {
  // Lines of a chunk are found by its span of time and its list of ids.
  const inChunk =
    kind === 'log_entry'
      ? `or exists (select 1 from log_chunk chunk where chunk.team_id = $1
          and key_of(chunk.team_id, chunk.agent_id) = key_of($1, asked.agent_id) and chunk.agent_id = asked.agent_id
          and chunk.max_at >= asked.at and chunk.max_at < asked.at + interval '15 minutes' and chunk.at <= asked.at
          and chunk.at > asked.at - interval '15 minutes' and asked.id in (select ids_of(chunk.ids)))`
      : '';
  const { rows } = await client.query<{ index: number }>(
    `select asked.index from unnest($2::int[], $3::text[], $4::timestamptz[], $5::uuid[]) as asked(index, agent_id, at, id)
     where exists (select 1 from "${kind}" stored where stored.team_id = $1
       and key_of(stored.team_id, stored.agent_id) = key_of($1, asked.agent_id) and stored.agent_id = asked.agent_id
       and stored.at = asked.at and stored.id = asked.id) ${inChunk}`,
    [
      teamId,
      group.map(([index]) => index),
      group.map(([, { agent_id }]) => agent_id),
      group.map(([, { at }]) => at),
      group.map(([, { id }]) => id),
    ],
  );
  return rows.map(({ index }) => index);
}

const isFit = (record: TelemetryRecord): boolean =>
  Object.hasOwn(recordSchemas, record.kind) && recordSchemas[record.kind].safeParse(record).success;
