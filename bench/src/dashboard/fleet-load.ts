import type { StreamBatch } from '@telltale/contracts/batch';
import { setTimeout as delay } from 'node:timers/promises';
import { createHash } from 'node:crypto';
import { idsHashInput } from '@telltale/contracts/ids-hash';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';

const producers = 20;
const stepsPerSecond = 20;
const nextId = createUuidV7();

/** One sender of records, numbering its batches from 1. */
function createSender(publish: (batch: StreamBatch) => Promise<unknown>) {
  const producer_id = nextId();
  let seq = 0;
  let issued = 0;
  return (records: TelemetryRecord[]): Promise<unknown> => {
    seq += 1;
    issued += records.length;
    return publish({
      v: 1,
      team_id: 'bench',
      producer_id,
      seq,
      ids_hash: createHash('sha256').update(idsHashInput(records)).digest('hex'),
      received_at: new Date().toISOString(),
      floor: 1,
      issued,
      rejected: 0,
      records,
    });
  };
}

/** A simulated fleet: `begin` makes its agents known, then each reports once a second until `stop`. */
export function createFleetLoad(options: { agents: number; publish: (batch: StreamBatch) => Promise<unknown> }) {
  const { agents, publish } = options;
  const senders = Array.from({ length: producers }, () => createSender(publish));
  const send = async (records: TelemetryRecord[], number: number): Promise<void> => {
    await senders[number % producers]?.(records);
  };
  const about = (agent: number) => ({
    v: 1 as const,
    id: nextId(),
    at: new Date().toISOString(),
    agent_id: `agent-${String(agent).padStart(4, '0')}`,
    run_id: `run-${agent}`,
    session_id: `session-${agent}`,
    host: `host-${agent % 12}`,
    crew_id: `crew-${agent % 5}`,
  });
  const sample = (agent: number, second: number): TelemetryRecord => ({
    ...about(agent),
    kind: 'process_sample',
    pid: 1_000 + agent,
    cpu_percent: Math.round(500 + 490 * Math.sin(second / 5 + agent)) / 10,
    memory_bytes: Math.round((200 + 60 * Math.sin(second / 9 + agent)) * 2 ** 20),
    threads: 12,
    processes: 3,
  });
  const line = (agent: number, second: number): TelemetryRecord => ({
    ...about(agent),
    kind: 'log_entry',
    level: 'info',
    source: 'stdout',
    message: `second ${second}: \u001b[32m✓\u001b[39m reading src/part-${agent % 90}.ts and what it imports`,
  });
  const call = (agent: number): TelemetryRecord => ({
    ...about(agent),
    kind: 'llm_call',
    model: 'claude-sonnet-4-5',
    input_tokens: 12_000,
    output_tokens: 700,
    duration_ms: 2_400,
    status: 'ok',
    origin: 'sdk',
  });
  let isOn = true;
  let running: Promise<void> = Promise.resolve();

  const report = async (): Promise<void> => {
    const start = performance.now();
    const each = Math.ceil(agents / stepsPerSecond);
    for (let step = 0; isOn; step += 1) {
      const due = start + (step * 1_000) / stepsPerSecond;
      const early = due - performance.now();
      if (early > 0) await delay(early);
      const second = Math.floor(step / stepsPerSecond);
      const from = (step % stepsPerSecond) * each;
      const records: TelemetryRecord[] = [];
      for (let agent = from; agent < Math.min(agents, from + each); agent += 1) {
        // One update a second: mostly a sample, every fourth time a line, now and then a call.
        const turn = (second + agent) % 12;
        records.push(turn === 7 ? call(agent) : turn % 4 === 0 ? line(agent, second) : sample(agent, second));
      }
      if (records.length > 0) await send(records, step);
    }
  };

  return {
    /** Makes the agents known. Resolves to the number of batches published. */
    async begin(): Promise<number> {
      let batches = 0;
      for (let from = 0; from < agents; from += 50) {
        const records: TelemetryRecord[] = [];
        for (let agent = from; agent < Math.min(agents, from + 50); agent += 1) {
          records.push(
            { ...about(agent), kind: 'run_event', event: 'started', pid: 1_000 + agent, command: 'claude -p "work"' },
            sample(agent, 0),
            line(agent, 0),
            call(agent),
          );
        }
        await send(records, batches);
        batches += 1;
      }
      return batches;
    },
    start(): void {
      isOn = true;
      running = report();
    },
    async stop(): Promise<void> {
      isOn = false;
      await running;
    },
  };
}
