import type { ServiceStatus } from '@telltale/contracts/http/health';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { Panel } from '../../ui/panel.tsx';

const tones: Record<ServiceStatus['status'], Tone> = {
  connected: 'good',
  healthy: 'good',
  disconnected: 'bad',
  unhealthy: 'bad',
  not_configured: 'quiet',
};

export function ServiceList({ services }: { services: readonly ServiceStatus[] }) {
  return (
    <Panel title="Services">
      <ul className="grid gap-x-8 text-sm md:grid-cols-2">
        {services.map(({ name, status, details }) => (
          <li
            key={name}
            className="flex min-w-0 items-baseline gap-x-3 border-b border-line/60 py-1.5 max-md:flex-wrap"
          >
            <span className="shrink-0 font-medium md:w-44">{name.replaceAll('_', ' ')}</span>
            <Badge tone={tones[status]}>{status.replace('_', ' ')}</Badge>
            <span className="min-w-0 text-quiet max-md:basis-full">{details}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
