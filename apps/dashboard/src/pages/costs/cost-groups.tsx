import type { CostsAnswer, CostGroup } from '@telltale/contracts/http/metrics-detail';
import type { PeriodName } from '@telltale/contracts/http/query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatCompact } from '../../ui/format-compact.ts';
import { Meter } from '../../ui/meter.tsx';
import { PartialCost } from '../../ui/partial-cost.tsx';
import { TablePanel } from '../../ui/table-panel.tsx';
import { Money } from '../../ui/money.tsx';

type Group = CostsAnswer['groups'][number];

/** Groups whose calls can be listed by the group's own value. */
const filters: Partial<Record<CostGroup, 'model' | 'agent' | 'task' | 'session'>> = {
  model: 'model',
  agent: 'agent',
  task: 'task',
  session: 'session',
};

const nextDay = (day: string): string => new Date(Date.parse(day) + 86_400_000).toISOString();

/** Who or what the money went to, dearest first; each leads to its calls. */
export function CostGroups({ costs, by, period }: { costs: CostsAnswer; by: CostGroup; period: PeriodName }) {
  const columns = useMemo((): readonly Column<Group>[] => {
    const top = Math.max(0, ...costs.groups.map(({ cost_usd }) => cost_usd ?? 0));
    const filter = filters[by];
    const nameOf = (row: Group): string => row.key ?? `no ${by}`;
    const link = (row: Group) => {
      const look = {
        className: 'block max-w-96 truncate font-medium hover:text-accent hover:underline',
        'data-nav': true,
      } as const;
      if (row.key !== null && filter !== undefined) {
        return (
          <Link to="/calls" search={{ period, [filter]: row.key }} {...look}>
            {row.key}
          </Link>
        );
      }
      if (row.key !== null && by === 'day' && !Number.isNaN(Date.parse(row.key))) {
        return (
          <Link
            to="/calls"
            search={{ from: new Date(Date.parse(row.key)).toISOString(), to: nextDay(row.key) }}
            {...look}
          >
            {row.key.slice(0, 10)}
          </Link>
        );
      }
      return <span className={row.key === null ? 'text-quiet' : 'font-medium'}>{nameOf(row)}</span>;
    };
    return [
      { id: by, header: by, value: nameOf, cell: link },
      {
        id: 'share',
        header: 'Share',
        isWide: true,
        cell: (row) => <Meter value={row.cost_usd ?? 0} max={top} label={`${nameOf(row)}’s part of the dearest`} />,
      },
      {
        id: 'calls',
        isMinor: true,
        header: 'Calls',
        isNumber: true,
        value: (row) => row.calls,
        cell: (row) => formatCompact(row.calls),
      },
      {
        id: 'total_tokens',
        header: 'Tokens',
        isNumber: true,
        value: (row) => row.total_tokens,
        cell: (row) => formatCompact(row.total_tokens),
      },
      {
        id: 'cost_usd',
        header: 'Cost',
        isNumber: true,
        value: (row) => row.cost_usd,
        cell: (row) => (
          <>
            <PartialCost unpriced={row.unpriced_calls} /> <Money usd={row.cost_usd} />
          </>
        ),
      },
    ];
  }, [costs, by, period]);
  return (
    <TablePanel
      title={`By ${by}`}
      file={`costs-by-${by}`}
      columns={columns}
      rows={costs.groups}
      rowKey={({ key }) => key ?? ''}
      tools={
        <>
          <PartialCost unpriced={costs.unpriced_calls} />
          <span className="nums text-sm font-semibold">
            <Money usd={costs.total_cost_usd} />
          </span>
        </>
      }
      empty={
        <EmptyState title="Nothing was spent in this time">
          Costs begin with the first LLM call; a longer time may show some.
        </EmptyState>
      }
    />
  );
}
