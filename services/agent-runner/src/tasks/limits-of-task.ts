import type { TaskLease } from '@telltale/contracts/http/task-leases';
import type { RunLimits } from '../limits/run-limits.ts';

/** What a task may use, in the words of its run. */
export function runLimitsOf(limits: TaskLease['limits']): RunLimits {
  const named: [keyof RunLimits, number | undefined][] = [
    ['timeout', limits.timeout_ms],
    ['idle', limits.idle_timeout_ms],
    ['cpu', limits.max_cpu_seconds === undefined ? undefined : limits.max_cpu_seconds * 1_000],
    ['memory', limits.max_memory_bytes],
    ['processes', limits.max_processes],
    ['output', limits.max_output_bytes],
    ['tokens', limits.max_tokens],
    ['usd', limits.max_usd],
    ['idleTokens', limits.max_idle_tokens],
  ];
  return Object.fromEntries(named.filter(([, value]) => value !== undefined));
}
