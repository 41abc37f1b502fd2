import { Panel } from '../../ui/panel.tsx';

const rows = [
  { what: 'Records one by one: calls, lines, samples, events', name: 'TELLTALE_RETENTION_RAW', preset: '30d' },
  { what: 'Rollups: totals, costs and latencies over time', name: 'TELLTALE_RETENTION_ROLLUPS', preset: '2y' },
  { what: 'Size of the embedded database', name: 'TELLTALE_RETENTION_SIZE', preset: '5GB' },
] as const;

/** How long what is kept, and where one sets it: it belongs to the instance, not to a team. */
export function RetentionSection() {
  return (
    <Panel title="Retention">
      <p className="pb-2 text-sm text-quiet">
        Set where Telltale is started, for all teams; a change counts from the next start.
      </p>
      <dl className="text-sm">
        {rows.map(({ what, name, preset }) => (
          <div
            key={name}
            className="flex flex-wrap items-baseline justify-between gap-x-4 border-t border-line/60 py-1.5"
          >
            <dt>{what}</dt>
            <dd className="text-quiet">
              <code className="font-mono text-xs">{name}</code>, {preset} unless set
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
