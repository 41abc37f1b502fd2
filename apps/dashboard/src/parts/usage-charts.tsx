import { formatMoney } from '@telltale/contracts/format/money';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { fromTimeseries } from '../charts/from-timeseries.ts';
import { TimeChart } from '../charts/time-chart.tsx';
import type { Target } from '../live/target.ts';
import { seriesQuery } from '../server/metrics.ts';
import { Answer } from '../ui/answer.tsx';
import { formatCompact } from '../ui/format-compact.ts';
import { timeZone } from '../ui/format-time.ts';
import { tokenClasses } from './token-classes.ts';

const money = (value: number | null): string => formatMoney(value);

/** Tokens by class and cost over time. `buckets` of a minute for what is going on, of an hour or a day for history. */
export function UsageCharts({
  team,
  target,
  period = 'hour',
}: {
  team: string;
  target: Partial<Target> | { model: string };
  period?: 'hour' | 'day' | 'week' | 'month';
}) {
  const bucket = ({ hour: 'minute', day: 'hour', week: 'day', month: 'day' } as const)[period];
  const query = useQuery(
    seriesQuery(
      team,
      ['input_tokens', 'cache_read_tokens', 'cache_write_tokens', 'output_tokens', 'reasoning_tokens', 'cost_usd'],
      { ...target, period, bucket, ...(bucket === 'minute' ? {} : { time_zone: timeZone }) },
    ),
  );
  const charts = useMemo(() => {
    const answers = query.data ?? [];
    return {
      tokens: tokenClasses(fromTimeseries(answers.slice(0, 5), [])),
      cost: fromTimeseries(answers.slice(5), ['Cost']),
    };
  }, [query.data]);
  const words = {
    hour: 'the last hour, by minute',
    day: 'the last 24 h, by hour',
    week: 'the last 7 days',
    month: 'the last 30 days',
  };
  return (
    <Answer query={query}>
      {() => (
        <div className="grid gap-4 lg:grid-cols-2">
          <TimeChart
            title="Tokens"
            unit={words[period]}
            file="tokens"
            data={charts.tokens}
            kind="bars"
            isStacked
            format={formatCompact}
          />
          <TimeChart
            title="Cost"
            unit={`USD, ${words[period]}`}
            file="cost"
            data={charts.cost}
            kind="bars"
            format={money}
          />
        </div>
      )}
    </Answer>
  );
}
