import { useQuery } from '@tanstack/react-query';
import { runColumns } from '../../parts/run-columns.tsx';
import { runsQuery } from '../../server/runs.ts';
import { Answer } from '../../ui/answer.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { TablePanel } from '../../ui/table-panel.tsx';

const columns = runColumns.filter(({ id }) => id !== 'agent_id');

export function AgentRuns({ team, agentId }: { team: string; agentId: string }) {
  const query = useQuery(runsQuery(team, { agent_id: agentId, limit: 20 }));
  return (
    <Answer query={query}>
      {({ runs }) => (
        <TablePanel
          title="Runs"
          file={`runs-${agentId}`}
          columns={columns}
          rows={runs}
          rowKey={({ run_id }) => run_id}
          empty={
            <EmptyState title="No run of it is known">
              It reports about itself, without a process that Telltale watches.
            </EmptyState>
          }
        />
      )}
    </Answer>
  );
}
