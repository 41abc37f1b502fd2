import type { SummaryAnswer } from '@telltale/contracts/http/metrics';
import { formatMoney } from '@telltale/contracts/format/money';
import { formatCompact } from '../../ui/format-compact.ts';
import { PartialCost } from '../../ui/partial-cost.tsx';
import { Stat } from '../../ui/stat.tsx';
import { Stats } from '../../ui/stats.tsx';
import { changeSince } from './change-since.ts';
import { Money } from '../../ui/money.tsx';

/** The period's money with that of the equal time before, at the same elapsed part of it. */
export function CostStats({ summary }: { summary: SummaryAnswer }) {
  const { previous } = summary;
  const before = (
    now: number | null,
    then: number | null | undefined,
    write: (value: number | null | undefined) => string,
  ): string => (previous === null ? 'of all time' : `before: ${write(then)}${changeSince(now, then)}`);
  const money = (value: number | null | undefined): string => formatMoney(value);
  return (
    <Stats>
      <Stat
        label="Cost"
        value={
          <>
            <Money usd={summary.cost_usd} /> <PartialCost unpriced={summary.unpriced_calls} />
          </>
        }
        note={before(summary.cost_usd, previous?.cost_usd, money)}
      />
      <Stat
        label="Calls"
        value={formatCompact(summary.llm_calls)}
        note={before(summary.llm_calls, previous?.llm_calls, formatCompact)}
      />
      <Stat
        label="Tokens"
        value={formatCompact(summary.total_tokens)}
        note={before(summary.total_tokens, previous?.total_tokens, formatCompact)}
      />
      <Stat
        label="Per call"
        value={<Money usd={summary.avg_cost_per_call} />}
        note={before(summary.avg_cost_per_call, previous?.avg_cost_per_call, money)}
      />
      <Stat
        label="Per session"
        value={<Money usd={summary.avg_cost_per_session} />}
        note={before(summary.avg_cost_per_session, previous?.avg_cost_per_session, money)}
      />
      <Stat
        label="From the cache"
        value={
          summary.input_tokens === 0 ? '–' : `${Math.round((summary.cache_read_tokens / summary.input_tokens) * 100)} %`
        }
        note={`of ${formatCompact(summary.input_tokens)} input tokens`}
      />
    </Stats>
  );
}
