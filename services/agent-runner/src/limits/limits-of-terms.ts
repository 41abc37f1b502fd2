import type { RunLimitsRow } from '@telltale/contracts/http/run-terms';
import type { RunLimits } from './run-limits.ts';

/** Limits that a team set for its runs, and those that a run was started with, which go before one by one. */
export function withOwnLimits(ofTeam: RunLimitsRow, own: RunLimits): RunLimits {
  return {
    timeout: own.timeout ?? ofTeam.timeout_ms,
    idle: own.idle ?? ofTeam.idle_timeout_ms,
    cpu: own.cpu ?? ofTeam.max_cpu_ms,
    memory: own.memory ?? ofTeam.max_memory_bytes,
    processes: own.processes ?? ofTeam.max_processes,
    output: own.output ?? ofTeam.max_output_bytes,
    tokens: own.tokens ?? ofTeam.max_tokens,
    usd: own.usd ?? ofTeam.max_usd,
    idleTokens: own.idleTokens ?? ofTeam.max_idle_tokens,
  };
}
