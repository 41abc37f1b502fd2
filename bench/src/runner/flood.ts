import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { KeeperClient } from '@telltale/agent-runner/keeper/client';
import { percentiles } from '../percentiles.ts';

export type Flooded = {
  /** Of output, as the run's end says. */
  bytes: number;
  seconds: number;
  /** The most resident memory the keeper had so far. */
  peakBytes: number;
  /** How long a question to the keeper took meanwhile, ms. */
  p99Ms: number;
  mostMs: number;
};

/** The high-water mark of a process's resident memory, bytes. */
const peakOf = (pid: number): number =>
  Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1_024;

/** Lets a run print as fast as its keeper reads, and asks the keeper something all the while. */
export async function flood(keeper: KeeperClient, pid: number, argv: string[]): Promise<Flooded> {
  const { run_id } = await keeper.startRun({ team_id: 'bench', argv, identity: { agent_id: 'flood' } });
  let over = false;
  const ended = keeper.waitRun(run_id).finally(() => (over = true));
  const times: number[] = [];
  while (!over) {
    const from = performance.now();
    await keeper.hello();
    times.push(performance.now() - from);
    await delay(20);
  }
  const { output_bytes: bytes, duration_ms: took } = await ended;
  const { p99, max } = percentiles(times);
  return { bytes, seconds: took / 1_000, peakBytes: peakOf(pid), p99Ms: p99, mostMs: max };
}
