import type { PeriodName } from '@telltale/contracts/http/query';
import { UsageCharts } from '../../parts/usage-charts.tsx';

const everything = {};

export function CostChart({ team, period }: { team: string; period: Exclude<PeriodName, 'all'> }) {
  return <UsageCharts team={team} target={everything} period={period} />;
}
