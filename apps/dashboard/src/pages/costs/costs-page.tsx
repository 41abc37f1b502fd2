import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useTeam } from '../../app/use-team.ts';
import { PeriodPicker } from '../../parts/period-picker.tsx';
import { costsQuery, summaryQuery } from '../../server/metrics.ts';
import { Answer } from '../../ui/answer.tsx';
import { timeZone } from '../../ui/format-time.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { Select } from '../../ui/select.tsx';
import { CostChart } from './cost-chart.tsx';
import { CostGroups } from './cost-groups.tsx';
import { CostStats } from './cost-stats.tsx';

const route = getRouteApi('/costs');
const groups = ['model', 'agent', 'task', 'day', 'session', 'provider', 'project', 'user', 'host'] as const;

/** Where the money goes, beside the equal time before. */
export function CostsPage() {
  const team = useTeam();
  const { period = 'day', by = 'model' } = route.useSearch();
  const navigate = useNavigate({ from: '/costs' });
  const summary = useQuery(summaryQuery(team, { period }));
  const costs = useQuery(costsQuery(team, { period, group_by: by, ...(by === 'day' ? { time_zone: timeZone } : {}) }));
  return (
    <div className="flex flex-col gap-4">
      <PageHead title="Costs">
        <Select
          label="By"
          value={by}
          options={groups.map((value) => ({ value, label: value }))}
          onChange={(next) => void navigate({ search: (before) => ({ ...before, by: next }) })}
        />
        <PeriodPicker value={period} />
      </PageHead>
      <Answer query={summary}>{(data) => <CostStats summary={data} />}</Answer>
      {period === 'all' ? null : <CostChart team={team} period={period} />}
      <Answer query={costs} lines={8}>
        {(data) => <CostGroups costs={data} by={by} period={period} />}
      </Answer>
    </div>
  );
}
