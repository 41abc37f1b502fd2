import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTeam } from '../../app/use-team.ts';
import { deliveryQuery, endpointsQuery, healthQuery } from '../../server/operations.ts';
import { Answer } from '../../ui/answer.tsx';
import { Badge } from '../../ui/badge.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Segments } from '../../ui/segments.tsx';
import { TablePanel } from '../../ui/table-panel.tsx';
import { Books } from './books.tsx';
import { DeadLetters } from './dead-letters.tsx';
import { DeliveryStats } from './delivery-stats.tsx';
import { endpointColumns } from './endpoint-columns.tsx';
import { ServiceList } from './service-list.tsx';

const periods = [
  { value: 'hour', label: '1 h' },
  { value: 'day', label: '24 h' },
  { value: 'week', label: '7 d' },
] as const;

/** How well the parts are, how late the data, whether the books balance, and what could not be stored. */
export function HealthPage() {
  const team = useTeam();
  const [period, setPeriod] = useState<(typeof periods)[number]['value']>('hour');
  const health = useQuery(healthQuery(team));
  const delivery = useQuery(deliveryQuery(team));
  const endpoints = useQuery(endpointsQuery(team, period));
  const overall = health.data?.overall_status;
  return (
    <div className="flex flex-col gap-4">
      <PageHead
        lead="Health & delivery"
        title={
          <>
            Health & delivery
            {overall === undefined ? null : (
              <Badge tone={overall === 'healthy' ? 'good' : overall === 'degraded' ? 'warn' : 'bad'}>{overall}</Badge>
            )}
          </>
        }
      />
      <Answer query={delivery}>{(data) => <DeliveryStats delivery={data} />}</Answer>
      <Answer query={health}>{(data) => <ServiceList services={data.service_statuses} />}</Answer>
      <Answer query={delivery}>{(data) => <Books delivery={data} />}</Answer>
      <DeadLetters team={team} />
      <Answer query={endpoints}>
        {(data) => (
          <TablePanel
            title="Requests by route"
            file="routes"
            columns={endpointColumns}
            rows={data.endpoints}
            rowKey={({ method, route }) => `${method} ${route}`}
            tools={<Segments label="Time" value={period} options={periods} onChange={setPeriod} />}
            empty={
              <EmptyState title="No request in this time">The gateways report their traffic once a minute.</EmptyState>
            }
          />
        )}
      </Answer>
    </div>
  );
}
