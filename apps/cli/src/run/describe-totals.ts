import { formatBytes } from '@telltale/contracts/format/bytes';
import { formatCount } from '@telltale/contracts/format/count';
import { formatDuration } from '@telltale/contracts/format/duration';
import { unknownText } from '@telltale/contracts/format/unknown';
import type { Sums } from '@telltale/contracts/sums';
import { formatCost } from '../views/words.ts';
import type { Totals } from './await-totals.ts';
import type { SeenRecords } from './seen-records.ts';

/**
 * The last line of a run: its cost, tokens, calls, time, peak memory and commits; what is not known is `–`. Where the totals
 * could not be told in time it says what was seen here, and names the command that tells the rest later.
 */
export function describeTotals(
  { run, session }: Totals,
  { runId, tookMs, seen }: { runId: string; tookMs: number; seen: Pick<SeenRecords, 'known'> },
): string {
  if (run === null) {
    const { peakMemoryBytes, commits } = seen.known();
    const known = [formatDuration(tookMs), `peak ${formatBytes(peakMemoryBytes)}`, counted(commits, 'commit')];
    return `this run: ${known.join(', ')}; what it came to: telltale runs show ${runId}`;
  }
  const parts = [
    ...spent(run),
    formatDuration(run.duration_ms ?? tookMs),
    `peak ${formatBytes(run.peak_memory_bytes)}`,
    counted(run.git_commits, 'commit'),
  ];
  const line = `this run: ${parts.join(', ')}`;
  // Where the session is this one run, its totals are those.
  if (session === null || session.llm_calls === run.llm_calls) return line;
  return `${line}; session ${session.session_id} so far: ${spent(session).join(', ')}`;
}

/** Of a program that was not seen to call a model nobody knows whether it did. */
const spent = (sums: Sums): string[] =>
  sums.llm_calls === 0 && sums.total_tokens === 0
    ? [unknownText, `${unknownText} tokens`, `${unknownText} calls`]
    : [formatCost(sums), counted(sums.total_tokens, 'token'), counted(sums.llm_calls, 'call')];

const counted = (count: number, noun: string): string => `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
