import type { StoredRunEvent } from '@telltale/contracts/http/records';
import { formatClock } from '../ui/format-time.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Panel } from '../ui/panel.tsx';

const tone = (event: StoredRunEvent): string => {
  if (event.event === 'limit' || event.event === 'step')
    return event.step === 'kill' || event.step === 'term' ? 'bg-bad' : 'bg-warn';
  if (event.event === 'ended') return event.reason === 'completed' ? 'bg-good' : 'bg-bad';
  return 'bg-accent';
};

const words = (event: StoredRunEvent): string =>
  [
    event.event,
    event.limit,
    event.step?.replace('_', ' '),
    event.value === undefined ? undefined : `${event.value}${event.cap === undefined ? '' : ` of ${event.cap}`}`,
    event.reason,
    event.signal,
    event.exit_code === undefined ? undefined : `exit ${event.exit_code}`,
    event.actor === undefined ? undefined : `by ${event.actor}`,
  ]
    .filter((word) => word !== undefined)
    .join(' · ');

/** The life of a run: its start, what its limits did step by step, and its end. */
export function RunSteps({ events }: { events: readonly StoredRunEvent[] }) {
  return (
    <Panel title="Steps">
      {events.length === 0 ? (
        <EmptyState title="No step yet" />
      ) : (
        <ol className="max-h-80 overflow-auto text-sm" tabIndex={0} aria-label="Steps">
          {events.map((event) => (
            <li key={event.id} className="flex items-baseline gap-2.5 py-1">
              <span aria-hidden className={`size-2 shrink-0 self-center rounded-full ${tone(event)}`} />
              <time dateTime={event.at} className="nums shrink-0 text-xs text-quiet">
                {formatClock(event.at)}
              </time>
              <span className="min-w-0 break-words">{words(event)}</span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
