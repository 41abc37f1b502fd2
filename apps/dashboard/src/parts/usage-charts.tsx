import { formatMoney } from '@telltale/contracts/format/money';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { fromTimeseries } from '../charts/from-timeseries.ts';
import { TimeChart } from '../charts/time-chart.tsx';
import type { Target } from '../live/target.ts';
import { costsQuery, seriesQuery } from '../server/metrics.ts';
import { Answer } from '../ui/answer.tsx';
import { formatCompact } from '../ui/format-compact.ts';
import { timeZone } from '../ui/format-time.ts';
import { costClasses } from './cost-classes.ts';
import { spanOf } from './series-span.ts';
import { tokenClasses } from './token-classes.ts';

/** Tokens by class and cost over time. `buckets` of a minute for what is going on, of an hour or a day for history. */
export function UsageCharts({
  team,
  target,
  period = 'hour',
  life,
}: {
  team: string;
  target: Partial<Target> | { model: string };
  period?: 'hour' | 'day' | 'week' | 'month';
  /** In place of a period: from the start of something to its end; null: it goes on. */
  life?: { from: string; to: string | null };
}) {
  const bucket = ({ hour: 'minute', day: 'hour', week: 'day', month: 'day' } as const)[period];
  const span = useMemo(() => (life === undefined ? null : spanOf(life, Date.now())), [life]);
  const asked = span ?? { period, bucket };
  const query = useQuery(
    seriesQuery(
      team,
      ['input_tokens', 'cache_read_tokens', 'cache_write_tokens', 'output_tokens', 'reasoning_tokens', 'cost_usd'],
      {
        ...target,
        ...asked,
        ...(asked.bucket === 'hour' || asked.bucket === 'day' ? { time_zone: timeZone } : {}),
      },
    ),
  );
  const time = span === null ? { period } : { from: span.from, ...(span.to === undefined ? {} : { to: span.to }) };
  const byClass = useQuery(costsQuery(team, { ...target, ...time, by_class: 'true' })).data?.cost_by_class;
  const charts = useMemo(() => {
    const answers = query.data ?? [];
    const tokens = tokenClasses(fromTimeseries(answers.slice(0, 5), []));
    return { tokens, cost: costClasses(fromTimeseries(answers.slice(5), ['Cost']), tokens, byClass) };
  }, [query.data, byClass]);
  const words = {
    hour: 'the last hour, by minute',
    day: 'the last 24 h, by hour',
    week: 'the last 7 days',
    month: 'the last 30 days',
  };
  const unit = span === null ? words[period] : `by ${span.bucket === 'quarter' ? 'quarter of an hour' : span.bucket}`;
  return (
    <Answer query={query}>
      {() => (
        <div className="grid gap-4 lg:grid-cols-2">
          <TimeChart
            title="Tokens"
            unit={unit}
            file="tokens"
            data={charts.tokens}
            kind="bars"
            isStacked
            format={formatCompact}
            steps="whole"
          />
          <TimeChart
            title="Cost"
            unit={`USD${charts.cost.series.length > 1 ? ' by class, estimated' : ''}, ${unit}`}
            file="cost"
            data={charts.cost}
            kind="bars"
            isStacked={charts.cost.series.length > 1}
            format={formatMoney}
            steps="money"
          />
        </div>
      )}
    </Answer>
  );
}
