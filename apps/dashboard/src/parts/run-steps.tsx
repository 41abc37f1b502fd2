import type { StoredRunEvent } from '@telltale/contracts/http/records';
import { formatClock } from '../ui/format-time.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Panel } from '../ui/panel.tsx';
import { stepWords } from './step-words.ts';

const tone = (event: StoredRunEvent): string => {
  if (event.event === 'limit' || event.event === 'step')
    return event.step === 'kill' || event.step === 'term' ? 'bg-bad' : 'bg-warn';
  if (event.event === 'ended') return event.reason === 'completed' ? 'bg-good' : 'bg-bad';
  return 'bg-accent';
};

/** The life of a run: its start, what its limits did step by step, and its end. */
export function RunSteps({ events }: { events: readonly StoredRunEvent[] }) {
  return (
    <Panel title="Steps">
      {events.length === 0 ? (
        <EmptyState title="No step yet">
          Its start, the warnings and steps of its limits, pauses and its end appear here.
        </EmptyState>
      ) : (
        <ol className="max-h-80 overflow-auto text-sm" tabIndex={0} aria-label="Steps">
          {events.map((event) => (
            <li key={event.id} className="flex items-baseline gap-2.5 py-1">
              <span aria-hidden className={`size-2 shrink-0 self-center rounded-full ${tone(event)}`} />
              <time dateTime={event.at} className="nums shrink-0 text-xs text-quiet">
                {formatClock(event.at)}
              </time>
              <span className="min-w-0 break-words">{stepWords(event)}</span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
