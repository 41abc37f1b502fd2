import type { RunRow } from '@telltale/contracts/http/runs';
import type { MetricsSource } from './metrics-source.ts';

/** How the newest ended runs of one agent ended, besides the run that asks. */
export type RunHistory = {
  agent_id: string;
  runs: number;
  by_end_reason: Record<string, number>;
  /** Of those that completed; null when there are none. */
  median_duration_ms: number | null;
  median_cost_usd: number | null;
};

const newest = 100;

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}

const known = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);

/** The newest 100 ended runs of the agent of `run`. */
export async function readRunHistory(source: Pick<MetricsSource, 'runs'>, run: RunRow): Promise<RunHistory> {
  const { runs } = await source.runs({ agent_id: run.agent_id, status: 'ended', limit: newest });
  const others = runs.filter(({ run_id }) => run_id !== run.run_id);
  const completed = others.filter(({ end_reason }) => end_reason === 'completed');
  const byReason: Record<string, number> = {};
  for (const { end_reason } of others) byReason[end_reason ?? 'unknown'] = (byReason[end_reason ?? 'unknown'] ?? 0) + 1;
  return {
    agent_id: run.agent_id,
    runs: others.length,
    by_end_reason: byReason,
    median_duration_ms: median(completed.map(({ duration_ms }) => duration_ms)),
    median_cost_usd: median(known(completed.map(({ cost_usd }) => cost_usd))),
  };
}
