import type { SessionRow } from '@telltale/contracts/http/metrics';
import { formatDuration } from '@telltale/contracts/format/duration';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTeam } from '../../app/use-team.ts';
import { PeriodPicker } from '../../parts/period-picker.tsx';
import { sessionsQuery } from '../../server/metrics.ts';
import { Ago } from '../../ui/ago.tsx';
import { Answer } from '../../ui/answer.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatCompact } from '../../ui/format-compact.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { PartialCost } from '../../ui/partial-cost.tsx';
import { TablePanel } from '../../ui/table-panel.tsx';
import { Money } from '../../ui/money.tsx';

const route = getRouteApi('/sessions');

const columns: readonly Column<SessionRow>[] = [
  {
    id: 'session_id',
    header: 'Session',
    value: (row) => row.session_id,
    cell: (row) => (
      <Link
        data-nav
        to="/sessions/$id"
        params={{ id: row.session_id }}
        className="block max-w-72 truncate font-medium max-md:max-w-36 hover:text-accent hover:underline"
      >
        {row.session_id}
      </Link>
    ),
  },
  {
    id: 'agents',
    isMinor: true,
    header: 'Agents',
    value: (row) => row.agent_ids.join(' '),
    cell: (row) => (
      <span className="block max-w-56 truncate max-md:max-w-24" title={row.agent_ids.join(', ')}>
        {row.agent_ids.join(', ')}
      </span>
    ),
  },
  {
    id: 'last_activity',
    header: 'Last active',
    isNumber: true,
    value: (row) => row.last_activity,
    cell: (row) => <Ago at={row.last_activity} />,
  },
  {
    id: 'duration_ms',
    isMinor: true,
    header: 'Duration',
    isNumber: true,
    value: (row) => row.duration_ms,
    cell: (row) => formatDuration(row.duration_ms),
  },
  {
    id: 'llm_calls',
    isMinor: true,
    header: 'Calls',
    isNumber: true,
    value: (row) => row.llm_calls,
    cell: (row) => formatCompact(row.llm_calls),
  },
  {
    id: 'tool_calls',
    header: 'Tools',
    isNumber: true,
    isWide: true,
    value: (row) => row.tool_calls,
    cell: (row) => formatCompact(row.tool_calls),
  },
  {
    id: 'total_tokens',
    isMinor: true,
    header: 'Tokens',
    isNumber: true,
    value: (row) => row.total_tokens,
    cell: (row) => formatCompact(row.total_tokens),
  },
  {
    id: 'cost_usd',
    header: 'Cost',
    isNumber: true,
    value: (row) => row.cost_usd,
    cell: (row) => (
      <>
        <PartialCost unpriced={row.unpriced_calls} /> <Money usd={row.llm_calls === 0 ? null : row.cost_usd} />
      </>
    ),
  },
];

/** Conversations: the unit of “what did this cost me”. */
export function SessionsPage() {
  const team = useTeam();
  const { period = 'week', agent } = route.useSearch();
  const query = useQuery(sessionsQuery(team, { period, agent_id: agent, limit: 100 }));
  return (
    <>
      <PageHead title="Sessions">
        <PeriodPicker value={period} />
      </PageHead>
      <Answer query={query} lines={10}>
        {({ sessions }) => (
          <TablePanel
            title={`${sessions.length} ${sessions.length === 1 ? 'session' : 'sessions'}`}
            file="sessions"
            columns={columns}
            rows={sessions}
            rowKey={({ session_id }) => session_id}
            empty={
              <EmptyState title="No session in this time">
                Records that carry a session_id make one; a longer time may show some.
              </EmptyState>
            }
          />
        )}
      </Answer>
    </>
  );
}
