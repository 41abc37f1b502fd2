import type { RunRow } from '@telltale/contracts/http/runs';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';

/** What this run has reported, so that its totals can be told from those that are still on their way. */
export function createSeenRecords() {
  const seen = { samples: 0, calls: 0, commits: 0, peakMemoryBytes: 0 };
  return {
    add(record: RecordDraft): void {
      if (record.kind === 'process_sample') {
        seen.samples += 1;
        seen.peakMemoryBytes = Math.max(seen.peakMemoryBytes, record.memory_bytes);
      } else if (record.kind === 'llm_call') seen.calls += 1;
      else if (record.kind === 'git_activity' && record.operation === 'commit' && record.success) seen.commits += 1;
    },
    /** What needs no adding up elsewhere; the peak is null where nothing was sampled. */
    known: () => ({ commits: seen.commits, peakMemoryBytes: seen.samples === 0 ? null : seen.peakMemoryBytes }),
    /** True when the totals hold all of it. Several reports may be one call, so that any call will do. */
    allIn(run: RunRow): boolean {
      return (
        run.status === 'ended' &&
        (seen.samples === 0 || run.peak_memory_bytes !== null) &&
        (seen.calls === 0 || run.llm_calls > 0) &&
        run.git_commits >= seen.commits
      );
    },
  };
}
export type SeenRecords = ReturnType<typeof createSeenRecords>;
