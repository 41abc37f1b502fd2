import type { TaskDetail } from '@telltale/contracts/http/tasks';
import { formatDuration } from '@telltale/contracts/format/duration';
import { Badge } from '../../ui/badge.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Panel } from '../../ui/panel.tsx';
import { MoreOfTask } from './more-of-task.tsx';

/** What its logs amount to: steps, tools that were called, and what was warned of. */
export function TaskSteps({ task }: { task: TaskDetail }) {
  const { steps, tool_calls, warnings } = task.logs_summary;
  const isEmpty = steps.length + tool_calls.length + warnings.length === 0;
  return (
    <Panel title="What it did">
      {isEmpty ? (
        <EmptyState title="It reported no step, tool or warning">What its runs report of them appears here.</EmptyState>
      ) : (
        <div className="max-h-96 overflow-auto text-sm" tabIndex={0} role="region" aria-label="What it did">
          <ol>
            {steps.map((step) => (
              <li key={`${step.at} ${step.name}`} className="flex items-baseline gap-2 py-1">
                <span className="nums w-5 shrink-0 text-right text-xs text-quiet">{step.index ?? '·'}</span>
                <span className="font-medium">{step.name}</span>
                <span className="min-w-0 flex-1 truncate text-quiet" title={step.summary ?? ''}>
                  {step.summary ?? ''}
                </span>
                <span className="nums text-xs text-quiet">{formatDuration(step.duration_ms)}</span>
              </li>
            ))}
          </ol>
          <ul>
            {tool_calls.map((call, index) => (
              <li key={index} className="flex items-baseline gap-2 border-t border-line/60 py-1">
                <Badge tone={call.success ? 'quiet' : 'bad'}>{call.name}</Badge>
                <code className="min-w-0 truncate font-mono text-xs text-quiet" title={call.input ?? ''}>
                  {call.input ?? ''}
                </code>
              </li>
            ))}
            {warnings.map((warning) => (
              <li
                key={warning.id}
                className={`border-t border-line/60 py-1 font-mono text-xs break-words ${warning.level === 'error' ? 'text-bad' : 'text-warn'}`}
              >
                {warning.message}
              </li>
            ))}
          </ul>
        </div>
      )}
      <MoreOfTask task={task} lists={['steps', 'tool_calls', 'warnings']} />
    </Panel>
  );
}
