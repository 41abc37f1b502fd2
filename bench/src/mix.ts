import { droppableKinds, type RecordKind } from '@telltale/contracts/records/record';

/**
 * What a fleet of coding agents emits, in parts per thousand: over half of it is output of commands, a sixth the
 * sampler's look at the process tree every 2 s, a twentieth calls to models. Every number of the bench refers to this.
 */
export const mix: Readonly<Record<RecordKind, number>> = {
  log_entry: 550,
  process_sample: 160,
  tool_call: 90,
  llm_call: 50,
  service_call: 30,
  agent_step: 30,
  task_event: 25,
  git_activity: 20,
  metric: 15,
  run_event: 10,
  memory_operation: 10,
  artifact: 5,
  endpoint_minute: 5,
};

/** Who sends them: runners with some agents each, every agent in a few sessions of a few runs. */
export const fleet = { producers: 20, agentsPerProducer: 10, sessionsPerAgent: 5, projects: 8, users: 12 } as const;

/** The sampler looks every 2 s, which with the mix says how much an agent emits in all. */
const samplesPerSecond = 0.5;

/** How long the fleet needs for so many records, in ms: about 320 s for 200,000. */
export function fleetMs(records: number): number {
  const perAgentSecond = samplesPerSecond / (mix.process_sample / 1000);
  return (records / (fleet.producers * fleet.agentsPerProducer * perAgentSecond)) * 1000;
}

/** Records in one published batch of the throughput runs. */
export const batchSize = 500;

/** A batch holds only droppable or only kept kinds, so each lane has its own cumulative shares. */
export type Lane = 'droppable' | 'kept';

function laneOf(kind: RecordKind): Lane {
  return droppableKinds.has(kind) ? 'droppable' : 'kept';
}

/** The kinds of a lane with their cumulative parts, ready to be drawn from. */
export function lanes(): Record<Lane, { kind: RecordKind; upTo: number }[]> {
  const result: Record<Lane, { kind: RecordKind; upTo: number }[]> = { droppable: [], kept: [] };
  for (const kind of Object.keys(mix) as RecordKind[]) {
    const list = result[laneOf(kind)];
    list.push({ kind, upTo: (list.at(-1)?.upTo ?? 0) + mix[kind] });
  }
  return result;
}

/** The part of all records that may be dropped when a spool is full. */
export const droppableShare = (): number => (lanes().droppable.at(-1)?.upTo ?? 0) / 1000;
