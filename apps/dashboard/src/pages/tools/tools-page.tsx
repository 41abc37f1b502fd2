import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTeam } from '../../app/use-team.ts';
import { PeriodPicker } from '../../parts/period-picker.tsx';
import { modelsQuery, servicesQuery, toolsQuery } from '../../server/metrics.ts';
import { Answer } from '../../ui/answer.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { TablePanel } from '../../ui/table-panel.tsx';
import { modelColumns } from './model-columns.tsx';
import { statsColumns } from './stats-columns.tsx';

const route = getRouteApi('/tools');
const toolColumns = statsColumns('tool_call');
const serviceColumns = statsColumns('service_call');

/** How well and how fast tools, services and models answer. */
export function ToolsPage() {
  const team = useTeam();
  const { period = 'day' } = route.useSearch();
  const tools = useQuery(toolsQuery(team, { period, limit: 100 }));
  const services = useQuery(servicesQuery(team, { period }));
  const models = useQuery(modelsQuery(team, { period }));
  return (
    <div className="flex flex-col gap-4">
      <PageHead title="Tools & services">
        <PeriodPicker value={period} />
      </PageHead>
      <Answer query={tools}>
        {(data) => (
          <TablePanel
            title="Tools"
            file="tools"
            columns={toolColumns}
            rows={data.tools}
            rowKey={({ name }) => name}
            empty={<EmptyState title="No tool was called in this time">A longer time may show some.</EmptyState>}
          />
        )}
      </Answer>
      <Answer query={services}>
        {(data) => (
          <TablePanel
            title="Services"
            file="services"
            columns={serviceColumns}
            rows={[...data.llm, ...data.external]}
            rowKey={({ name }) => name}
            empty={
              <EmptyState title="No service was called in this time">
                The SDK’s ServiceCallTracker reports them.
              </EmptyState>
            }
          />
        )}
      </Answer>
      <Answer query={models}>
        {(data) => (
          <TablePanel
            title="Models"
            file="models"
            columns={modelColumns}
            rows={data.models}
            rowKey={({ model }) => model}
            empty={<EmptyState title="No model was called in this time">A longer time may show some.</EmptyState>}
          />
        )}
      </Answer>
    </div>
  );
}
