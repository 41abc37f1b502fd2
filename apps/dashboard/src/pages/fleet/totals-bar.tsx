import type { AgentRow } from '@telltale/contracts/http/agents';
import { formatDuration } from '@telltale/contracts/format/duration';
import { useQuery } from '@tanstack/react-query';
import { totalsQuery } from '../../live/use-fleet-feed.ts';
import { seriesQuery, summaryQuery } from '../../server/metrics.ts';
import { PartialCost } from '../../ui/partial-cost.tsx';
import { Stat } from '../../ui/stat.tsx';
import { Stats } from '../../ui/stats.tsx';
import { formatCompact } from '../../ui/format-compact.ts';
import { Money } from '../../ui/money.tsx';

const minutes = 10;

/** The team at a glance: its spend since the team's midnight, its rate now, who runs, who failed, and how late the data are. */
export function TotalsBar({ team, agents }: { team: string; agents: readonly AgentRow[] }) {
  const { data: totals } = useQuery(totalsQuery(team));
  const { data: day } = useQuery(summaryQuery(team, { period: 'day' }));
  const { data: series } = useQuery(
    seriesQuery(team, ['cost_usd', 'total_tokens'], { period: 'hour', bucket: 'minute' }),
  );
  const lately = (index: number): number | null => {
    const buckets = series?.[index]?.buckets.filter(({ complete }) => complete).slice(-minutes);
    if (buckets === undefined || buckets.length === 0) return null;
    return (buckets.reduce((sum, { value }) => sum + (value ?? 0), 0) / buckets.length) * 60;
  };
  const counted = (state: AgentRow['state']): number => agents.filter((agent) => agent.state === state).length;
  const troubled = counted('stuck') + counted('silent') + counted('over_budget');
  const count = totals?.agents ?? agents.length;
  const running =
    totals?.running ?? agents.filter(({ lifecycle }) => lifecycle === 'running' || lifecycle === 'started').length;
  const failing = totals?.failing ?? agents.filter(({ lifecycle }) => lifecycle === 'error').length;

  return (
    <Stats>
      <Stat
        label="Spend today"
        value={
          <>
            <Money usd={totals?.spend_today_usd} /> <PartialCost unpriced={totals?.unpriced_calls_today ?? 0} />
          </>
        }
        note={
          <>
            <Money usd={day?.cost_usd} /> in 24 h
          </>
        }
      />
      <Stat
        label="Rate"
        value={
          <>
            <Money usd={lately(0)} />
            /h
          </>
        }
        note={`${formatCompact(lately(1))} tokens/h`}
      />
      <Stat label="Running" value={running} note={`of ${count} ${count === 1 ? 'agent' : 'agents'}`} />
      <Stat
        label="Failing"
        value={<span className={failing > 0 ? 'text-bad' : ''}>{failing}</span>}
        note="last run ended in error"
      />
      <Stat
        label="Need a look"
        value={<span className={troubled > 0 ? 'text-warn' : ''}>{troubled}</span>}
        note="stuck, silent, over budget"
      />
      <Stat label="Delivery lag" value={formatDuration(totals?.delivery_lag_ms)} note="receipt to commit" />
    </Stats>
  );
}
