import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useTeam } from '../../app/use-team.ts';
import { tasksQuery } from '../../server/tasks.ts';
import { Answer } from '../../ui/answer.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { Segments } from '../../ui/segments.tsx';
import { Select } from '../../ui/select.tsx';
import { TablePanel } from '../../ui/table-panel.tsx';
import { DateBox } from '../../ui/date-box.tsx';
import { taskColumns } from './task-columns.tsx';
import { TaskBoard } from './task-board.tsx';
import { statuses } from './statuses.ts';

const route = getRouteApi('/tasks');
const views = [
  { value: 'table', label: 'Table' },
  { value: 'board', label: 'Board' },
] as const;

/** The work of a team, as a table or as a board by state; every filter lies in the address. */
export function TasksPage() {
  const team = useTeam();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/tasks' });
  const change = (part: typeof search): void =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true });
  const { view = 'table', status, crew, agent, session, from, to } = search;
  const filters = { crew_id: crew, agent_id: agent, session_id: session, start_date_from: from, start_date_to: to };
  const query = useQuery(
    tasksQuery(team, { ...filters, ...(view === 'table' && status !== undefined ? { status } : {}), limit: 100 }),
  );
  const empty = (
    <EmptyState title="No task fits">
      Clear a filter, or wait for the first task_event of this team: it makes a task.
    </EmptyState>
  );
  return (
    <>
      <PageHead title="Tasks">
        <SearchBox
          label="Crew’s id"
          value={crew ?? ''}
          onChange={(text) => change({ crew: text === '' ? undefined : text })}
        />
        {view === 'board' ? null : (
          <Select
            label="State"
            value={status ?? 'any'}
            options={[
              { value: 'any', label: 'Any' },
              ...statuses.map((value) => ({ value, label: value.toLowerCase() })),
            ]}
            onChange={(next) => change({ status: next === 'any' ? undefined : next })}
          />
        )}
        <DateBox label="From" value={from} onChange={(day) => change({ from: day })} />
        <DateBox label="To" value={to} onChange={(day) => change({ to: day })} />
        <Segments
          label="View"
          value={view}
          options={views}
          onChange={(next) => change({ view: next === 'table' ? undefined : next })}
        />
      </PageHead>
      <Answer query={query} lines={10}>
        {({ tasks, total }) =>
          view === 'board' ? (
            tasks.length === 0 ? (
              empty
            ) : (
              <TaskBoard tasks={tasks} />
            )
          ) : (
            <TablePanel
              title={
                total > tasks.length
                  ? `${tasks.length} newest of ${total} tasks`
                  : `${total} ${total === 1 ? 'task' : 'tasks'}`
              }
              file="tasks"
              columns={taskColumns}
              rows={tasks}
              rowKey={({ task_id }) => task_id}
              empty={empty}
            />
          )
        }
      </Answer>
    </>
  );
}
