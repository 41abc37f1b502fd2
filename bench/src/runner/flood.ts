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
  p50Ms: number;
  p99Ms: number;
  mostMs: number;
  /** The same of a neighbour's calls to its model. */
  neighbour: { p50: number; p95: number };
};

/** How long a neighbour's calls took between two moments (epoch ms), from the file that it writes. */
export function callsBetween(file: string, from: number, to: number): { p50: number; p95: number } {
  const times = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number))
    .flatMap(([at = 0, took = 0]) => (at >= from && at <= to ? [took] : []))
    .toSorted((a, b) => a - b);
  const of = (part: number): number => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? Number.NaN;
  return { p50: of(0.5), p95: of(0.95) };
}

/** The high-water mark of a process's resident memory, bytes. */
const peakOf = (pid: number): number =>
  Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1_024;

/** How long the keeper takes to answer until something is over, ms. */
export async function answers(keeper: KeeperClient, until: Promise<unknown>) {
  let over = false;
  const done = until.finally(() => (over = true));
  const times: number[] = [];
  while (!over) {
    const from = performance.now();
    await keeper.hello();
    times.push(performance.now() - from);
    await delay(20);
  }
  await done;
  return percentiles(times);
}

/** Lets a run print as fast as its keeper reads, and asks the keeper something all the while. */
export async function flood(keeper: KeeperClient, pid: number, argv: string[], calls: string): Promise<Flooded> {
  const from = Date.now();
  const { run_id } = await keeper.startRun({ team_id: 'bench', argv, identity: { agent_id: 'flood' } });
  const ended = keeper.waitRun(run_id);
  const { p50, p99, max } = await answers(keeper, ended);
  const { output_bytes: bytes, duration_ms: took } = await ended;
  const neighbour = callsBetween(calls, from, Date.now());
  return { bytes, seconds: took / 1_000, peakBytes: peakOf(pid), p50Ms: p50, p99Ms: p99, mostMs: max, neighbour };
}
