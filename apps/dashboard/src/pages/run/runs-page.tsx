import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useTeam } from '../../app/use-team.ts';
import { runColumns } from '../../parts/run-columns.tsx';
import { runsQuery } from '../../server/runs.ts';
import { Answer } from '../../ui/answer.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { Segments } from '../../ui/segments.tsx';
import { TablePanel } from '../../ui/table-panel.tsx';

const route = getRouteApi('/runs');
const statuses = [
  { value: 'all', label: 'All' },
  { value: 'running', label: 'Running' },
  { value: 'ended', label: 'Ended' },
] as const;

/** The runs of a team, newest first. */
export function RunsPage() {
  const team = useTeam();
  const { status, agent, session, task } = route.useSearch();
  const navigate = useNavigate({ from: '/runs' });
  const filters = { status, agent_id: agent, session_id: session, task_id: task };
  const query = useQuery(runsQuery(team, { ...filters, limit: 100 }));
  return (
    <>
      <PageHead title="Runs">
        <SearchBox
          label="Agent’s id"
          value={agent ?? ''}
          onChange={(text) =>
            void navigate({ search: (before) => ({ ...before, agent: text === '' ? undefined : text }), replace: true })
          }
        />
        <Segments
          label="State"
          value={status ?? 'all'}
          options={statuses}
          onChange={(next) =>
            void navigate({ search: (before) => ({ ...before, status: next === 'all' ? undefined : next }) })
          }
        />
      </PageHead>
      <Answer query={query} lines={10}>
        {({ runs, next_cursor }) => (
          <>
            <TablePanel
              title={`${runs.length}${next_cursor === undefined ? '' : ' newest'} ${runs.length === 1 ? 'run' : 'runs'}`}
              file="runs"
              columns={runColumns}
              rows={runs}
              rowKey={({ run_id }) => run_id}
              empty={
                <EmptyState title="No run fits">
                  Start one with <code className="font-mono text-xs">telltale run -- your-command</code>, or clear the
                  filters.
                </EmptyState>
              }
            />
          </>
        )}
      </Answer>
    </>
  );
}
