import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useTeam } from '../../app/use-team.ts';
import { PeriodPicker } from '../../parts/period-picker.tsx';
import { errorsQuery, slowQuery } from '../../server/metrics.ts';
import { Answer } from '../../ui/answer.tsx';
import { BarList } from '../../ui/bar-list.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Select } from '../../ui/select.tsx';
import { TablePanel } from '../../ui/table-panel.tsx';
import { errorColumns } from './error-columns.tsx';
import { slowColumns } from './slow-columns.tsx';

const route = getRouteApi('/trouble');
const thresholds = [
  { value: '1000', label: '1 s' },
  { value: '5000', label: '5 s' },
  { value: '15000', label: '15 s' },
  { value: '60000', label: '1 min' },
] as const;

/** What took too long, and what failed. */
export function TroublePage() {
  const team = useTeam();
  const { period = 'day', threshold = 5_000 } = route.useSearch();
  const navigate = useNavigate({ from: '/trouble' });
  const slow = useQuery(slowQuery(team, { period, threshold_ms: threshold, limit: 50 }));
  const errors = useQuery(errorsQuery(team, { period, limit: 50 }));
  const options = thresholds.some(({ value }) => value === String(threshold))
    ? thresholds
    : [...thresholds, { value: String(threshold), label: `${threshold} ms` }];
  return (
    <div className="flex flex-col gap-4">
      <PageHead title="Slow & errors">
        <Select
          label="Slow from"
          value={String(threshold)}
          options={options}
          onChange={(next) => void navigate({ search: (before) => ({ ...before, threshold: Number(next) }) })}
        />
        <PeriodPicker value={period} />
      </PageHead>
      <Answer query={slow}>
        {({ slow_operations }) => (
          <TablePanel
            title="Slowest operations"
            file="slow"
            columns={slowColumns}
            rows={slow_operations}
            rowKey={({ id }) => id}
            empty={
              <EmptyState title="Nothing took that long">Lower the threshold, or look at a longer time.</EmptyState>
            }
          />
        )}
      </Answer>
      <Answer query={errors}>
        {({ recent_errors, error_counts_by_tool }) => (
          <>
            <TablePanel
              title="Recent errors"
              file="errors"
              columns={errorColumns}
              rows={recent_errors}
              rowKey={(row) => `${row.timestamp} ${row.kind} ${row.error}`}
              empty={<EmptyState title="Nothing failed in this time">A longer time may show something.</EmptyState>}
            />
            {Object.keys(error_counts_by_tool).length === 0 ? null : (
              <Panel title="Errors by tool">
                <BarList
                  rows={Object.entries(error_counts_by_tool)
                    .map(([name, count]) => ({ key: name, label: name, value: count, text: String(count) }))
                    .toSorted((left, right) => right.value - left.value)}
                />
              </Panel>
            )}
          </>
        )}
      </Answer>
    </div>
  );
}
