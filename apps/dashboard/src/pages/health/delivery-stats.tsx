import type { DeliveryAnswer } from '@telltale/contracts/http/delivery';
import { formatDuration } from '@telltale/contracts/format/duration';
import { Stat } from '../../ui/stat.tsx';
import { Stats } from '../../ui/stats.tsx';

export function DeliveryStats({ delivery }: { delivery: DeliveryAnswer }) {
  const { canary } = delivery;
  return (
    <Stats>
      <Stat label="Waiting to be stored" value={formatDuration(delivery.stream_lag_ms)} note="oldest batch" />
      <Stat label="Waiting for rollups" value={formatDuration(delivery.rollup_lag_ms)} note="oldest batch" />
      <Stat
        label="Whole path, p50"
        value={formatDuration(canary?.p50_ms)}
        note={
          canary === null
            ? 'not measured yet'
            : `p95 ${formatDuration(canary.p95_ms)} · p99 ${formatDuration(canary.p99_ms)}`
        }
      />
    </Stats>
  );
}
