import type { TaskDetail } from '@telltale/contracts/http/tasks';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatClock } from '../../ui/format-time.ts';
import { Panel } from '../../ui/panel.tsx';
import { MoreOfTask } from './more-of-task.tsx';

export function TaskEvents({ task }: { task: TaskDetail }) {
  return (
    <Panel title="Events">
      {task.events.length === 0 ? (
        <EmptyState title="No event yet">The first comes when it is created.</EmptyState>
      ) : (
        <ol className="max-h-96 overflow-auto text-sm" tabIndex={0} aria-label="Events">
          {task.events.map((event) => (
            <li key={event.id} className="flex items-baseline gap-2 border-b border-line/60 py-1 last:border-0">
              <time dateTime={event.at} className="nums text-xs text-quiet">
                {formatClock(event.at)}
              </time>
              <span className="font-medium">{event.event_type}</span>
              <span>{event.status?.toLowerCase() ?? ''}</span>
              <code className="min-w-0 flex-1 truncate font-mono text-xs text-quiet">
                {event.data === null ? '' : JSON.stringify(event.data)}
              </code>
              {event.attempt === null ? null : <span className="text-xs text-quiet">attempt {event.attempt}</span>}
            </li>
          ))}
        </ol>
      )}
      <MoreOfTask task={task} lists={['events']} />
    </Panel>
  );
}
