import { formatDuration } from '@telltale/contracts/format/duration';
import type { TaskDetail } from '@telltale/contracts/http/tasks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTeam } from '../../app/use-team.ts';
import { CallsTable } from '../../parts/calls-table.tsx';
import { runColumns } from '../../parts/run-columns.tsx';
import { SumsStats } from '../../parts/sums-stats.tsx';
import { taskQuery } from '../../server/tasks.ts';
import { Answer } from '../../ui/answer.tsx';
import { Badge } from '../../ui/badge.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatDayTime, formatInstant } from '../../ui/format-time.ts';
import { JsonPanel } from '../../ui/json-panel.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Stat } from '../../ui/stat.tsx';
import { TablePanel } from '../../ui/table-panel.tsx';
import { statusTones } from './statuses.ts';
import { TaskArtifacts } from './task-artifacts.tsx';
import { TaskEvents } from './task-events.tsx';
import { TaskLines } from './task-lines.tsx';
import { TaskSteps } from './task-steps.tsx';

const route = getRouteApi('/tasks/$id');

const newestRun = ({ runs }: TaskDetail): string | undefined =>
  runs.toSorted((left, right) => (left.started_at < right.started_at ? 1 : -1))[0]?.run_id;

/** One unit of work: what went in, what came out, what was done for it. */
export function TaskPage() {
  const { id } = route.useParams();
  const team = useTeam();
  const query = useQuery(taskQuery(team, id));
  return (
    <Answer query={query} lines={10}>
      {(task) => (
        <div className="flex flex-col gap-4">
          <PageHead
            lead={`Task ${id}`}
            title={
              <>
                Task <span className="truncate">{id}</span>
                <Badge tone={statusTones[task.status]}>{task.status.toLowerCase()}</Badge>
              </>
            }
          />
          {task.error_message === null ? null : (
            <p
              role="alert"
              className="-mt-2 rounded-md border border-bad/30 bg-bad/8 px-3 py-2 text-sm break-words text-bad"
            >
              {task.error_message}
            </p>
          )}
          <SumsStats sums={task}>
            <Stat
              label="Duration"
              value={formatDuration(task.duration_ms)}
              note={<time title={formatInstant(task.start_time)}>since {formatDayTime(task.start_time)}</time>}
            />
          </SumsStats>
          <div className="grid gap-4 lg:grid-cols-2">
            <JsonPanel
              title="Inputs"
              value={task.inputs}
              empty="It was given nothing"
              hint="Inputs are set when a task is created."
            />
            <JsonPanel
              title="Output"
              value={task.output}
              empty={task.end_time === null ? 'It is not done yet' : 'It gave nothing back'}
              hint="The output comes with the event that completes it."
            />
          </div>
          <div className="grid gap-4 lg:grid-cols-2">
            <TaskSteps task={task} />
            <TaskEvents task={task} />
          </div>
          {newestRun(task) === undefined ? null : <TaskLines team={team} runId={newestRun(task) ?? ''} />}
          <TaskArtifacts task={task} />
          <TablePanel
            title="Runs"
            file={`runs-of-${id}`}
            columns={runColumns}
            rows={task.runs}
            rowKey={({ run_id }) => run_id}
            empty={
              <EmptyState title="No run of it is known">
                A runner that claims it starts one, or telltale run --task with its id.
              </EmptyState>
            }
          />
          <CallsTable team={team} question={{ kind: 'llm_call', task_id: id }} />
          <CallsTable team={team} question={{ kind: 'tool_call', task_id: id }} />
        </div>
      )}
    </Answer>
  );
}
