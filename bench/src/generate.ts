import { createHash } from 'node:crypto';
import type { StreamBatch } from '@telltale/contracts/batch';
import { idsHashInput } from '@telltale/contracts/ids-hash';
import type { RecordKind, TelemetryRecord } from '@telltale/contracts/records/record';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { droppableShare, fleet, type Lane, lanes } from './mix.ts';
import { createRandom } from './random.ts';
import { fieldsOf } from './record-fields.ts';

const padded = (value: number): string => String(value).padStart(3, '0');

/** One sender of the fleet: it numbers its batches from 1 without gaps. */
type Producer = { id: string; seq: number; issued: number; number: number; sentUntil: Record<Lane, number> };

/** A past that batches run through from its beginning to now; each holds what its producer made since its lane's last one. */
export type History = { ms: number; batches: number };

/** How long an agent stays in one session. */
const sessionMs = 12 * 60_000;

/**
 * Makes batches of the written mix for one team; each is one producer's, all droppable or all kept. Without a history
 * everything happens now.
 */
export function createGenerator(options: { seed: number; team_id: string; history?: History }) {
  const { team_id, history = { ms: 0, batches: 1 } } = options;
  const stepMs = history.ms / history.batches;
  const begin = Date.now() - history.ms;
  const random = createRandom(options.seed);
  const nextId = createUuidV7();
  const shares = lanes();
  const droppable = droppableShare();
  const producers: Producer[] = Array.from({ length: fleet.producers }, (_, number) => ({
    id: nextId(),
    seq: 0,
    issued: 0,
    number,
    sentUntil: { droppable: begin, kept: begin },
  }));
  let made = 0;
  let batchesMade = 0;

  const kindOf = (lane: Lane): RecordKind => {
    const list = shares[lane];
    const drawn = random.whole(1, list.at(-1)?.upTo ?? 1);
    return list.find(({ upTo }) => drawn <= upTo)?.kind ?? 'log_entry';
  };

  function record(kind: RecordKind, producer: Producer, at: number): TelemetryRecord {
    made += 1;
    const agent = producer.number * fleet.agentsPerProducer + random.whole(0, fleet.agentsPerProducer - 1);
    const session = Math.floor(at / sessionMs + agent / 7) % fleet.sessionsPerAgent;
    const fields: unknown = {
      v: 1,
      id: nextId(),
      kind,
      at: new Date(at).toISOString(),
      agent_id: `agent-${padded(agent)}`,
      session_id: `session-${padded(agent)}-${session}`,
      run_id: `run-${padded(agent)}-${session}`,
      task_id: `task-${padded(agent)}-${session}`,
      crew_id: `crew-${agent % 5}`,
      user_id: `user-${agent % fleet.users}`,
      host: `host-${producer.number}`,
      project: `project-${agent % fleet.projects}`,
      ...fieldsOf[kind](random, made),
    };
    return fields as TelemetryRecord;
  }

  return {
    /** The next batch of `size` records; its lane is drawn, and its producer too unless its number is given. */
    next(size: number, number = random.whole(0, producers.length - 1)): StreamBatch {
      const producer = producers[number % producers.length] ?? producers[0];
      if (producer === undefined) throw new Error('the fleet has no producers');
      const lane: Lane = random.chance(droppable) ? 'droppable' : 'kept';
      batchesMade += 1;
      const end = history.ms === 0 ? Date.now() : Math.min(Date.now(), begin + batchesMade * stepMs);
      const startedAt = history.ms === 0 ? end : producer.sentUntil[lane];
      producer.sentUntil[lane] = end;
      const records = Array.from({ length: size }, (_, index) =>
        record(kindOf(lane), producer, Math.floor(startedAt + ((end - startedAt) * (index + 1)) / size)),
      );
      producer.seq += 1;
      producer.issued += size;
      return {
        v: 1,
        team_id,
        producer_id: producer.id,
        seq: producer.seq,
        ids_hash: createHash('sha256').update(idsHashInput(records)).digest('hex'),
        received_at: new Date().toISOString(),
        floor: 1,
        issued: producer.issued,
        rejected: 0,
        records,
      };
    },
  };
}
export type Generator = ReturnType<typeof createGenerator>;
