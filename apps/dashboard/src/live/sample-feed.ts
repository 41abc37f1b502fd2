import type { ProcessMetrics } from '@telltale/contracts/http/agent-telemetry';
import { queryOptions, type QueryClient } from '@tanstack/react-query';
import { apiOf } from '../server/api.ts';
import { targetKey, type Target } from './target.ts';

export type Sample = Pick<ProcessMetrics, 'at' | 'cpu_percent' | 'memory_bytes' | 'processes' | 'threads'>;

const pages = 6;
/** More points than a chart has pixels. */
const most = 2_000;

async function readSamples(team: string, target: Target): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < pages; page += 1) {
    const answer = await apiOf(team).samples({ ...target, limit: 100, ...(cursor === undefined ? {} : { cursor }) });
    samples.push(...answer.samples);
    cursor = answer.next_cursor;
    if (cursor === undefined) break;
  }
  return samples.toReversed();
}

/** The newest 600 samples, oldest first; the feed appends to them. */
export const samplesQuery = (team: string, target: Target) =>
  queryOptions({
    queryKey: ['samples', team, targetKey(target)],
    queryFn: () => readSamples(team, target),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });

export function addSample(cache: QueryClient, team: string, target: Target, sample: Sample): void {
  cache.setQueryData(samplesQuery(team, target).queryKey, (before) =>
    before === undefined || sample.at <= (before.at(-1)?.at ?? '') ? before : [...before, sample].slice(-most),
  );
}

/** Memory of the last sixty samples in bytes, oldest first: what a card's line begins with. */
export const trailQuery = (team: string, agentId: string) =>
  queryOptions({
    queryKey: ['trail', team, agentId],
    queryFn: async () => {
      const { samples } = await apiOf(team).samples({ agent_id: agentId, limit: 60 });
      return samples.map(({ memory_bytes }) => memory_bytes).toReversed();
    },
    staleTime: Infinity,
  });
