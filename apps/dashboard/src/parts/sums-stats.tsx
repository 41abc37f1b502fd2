import type { Sums } from '@telltale/contracts/sums';
import { formatBytes } from '@telltale/contracts/format/bytes';
import { formatDuration } from '@telltale/contracts/format/duration';
import { formatCompact } from '../ui/format-compact.ts';
import { PartialCost } from '../ui/partial-cost.tsx';
import { Stat } from '../ui/stat.tsx';
import { Stats } from '../ui/stats.tsx';
import type { ReactNode } from 'react';
import { Money } from '../ui/money.tsx';

/** The totals that agents, runs, sessions and tasks share, after what is the thing's own. */
export function SumsStats({ sums, children }: { sums: Sums; children?: ReactNode }) {
  return (
    <Stats>
      {children}
      <Stat
        label="Cost"
        value={
          <>
            <Money usd={sums.llm_calls === 0 ? null : sums.cost_usd} /> <PartialCost unpriced={sums.unpriced_calls} />
          </>
        }
        note={`${formatCompact(sums.llm_calls)} calls`}
      />
      <Stat
        label="Tokens"
        value={formatCompact(sums.total_tokens)}
        note={`${formatCompact(sums.input_tokens)} in · ${formatCompact(sums.output_tokens)} out`}
      />
      <Stat
        label="Cache read"
        value={sums.input_tokens === 0 ? '–' : `${Math.round((sums.cache_read_tokens / sums.input_tokens) * 100)} %`}
        note={`${formatCompact(sums.cache_read_tokens)} tokens`}
      />
      <Stat
        label="LLM latency"
        value={formatDuration(sums.avg_llm_latency_ms)}
        note={
          sums.llm_errors === 0 ? (
            'no errors'
          ) : (
            <span className="text-bad">
              {sums.llm_errors} {sums.llm_errors === 1 ? 'error' : 'errors'}
            </span>
          )
        }
      />
      <Stat
        label="Tool calls"
        value={formatCompact(sums.tool_calls)}
        note={sums.tool_errors === 0 ? 'none failed' : <span className="text-bad">{sums.tool_errors} failed</span>}
      />
      <Stat label="Commits" value={sums.git_commits} />
      <Stat label="Peak memory" value={formatBytes(sums.peak_memory_bytes)} />
    </Stats>
  );
}
