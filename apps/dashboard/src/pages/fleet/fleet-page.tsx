import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTeam } from '../../app/use-team.ts';
import { useFleetFeed } from '../../live/use-fleet-feed.ts';
import { agentsQuery } from '../../server/agents.ts';
import { Answer } from '../../ui/answer.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { LiveBadge } from '../../ui/live-badge.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { arrangeAgents } from './arrange-agents.ts';
import { FirstAgent } from './first-agent.tsx';
import { FleetFilters } from './fleet-filters.tsx';
import { FleetGrid } from './fleet-grid.tsx';
import { TotalsBar } from './totals-bar.tsx';

const route = getRouteApi('/');

/** Every agent of the team as a card that lives. */
export function FleetPage() {
  const team = useTeam();
  const search = route.useSearch();
  const agents = useQuery(agentsQuery(team));
  const [inView, setInView] = useState<readonly string[]>([]);
  const rows = agents.data?.agents;
  const state = useFleetFeed(team, inView, rows?.length ?? 0);
  const groups = useMemo(() => arrangeAgents(rows ?? [], search), [rows, search]);

  return (
    <>
      <PageHead
        title={
          <>
            Fleet <LiveBadge state={state} />
          </>
        }
        lead="Fleet"
      >
        <FleetFilters search={search} />
      </PageHead>
      <Answer query={agents} lines={8}>
        {(data) =>
          data.agents.length === 0 ? (
            <FirstAgent team={team} />
          ) : (
            <div className="flex flex-col gap-4">
              <TotalsBar team={team} agents={data.agents} />
              {groups.length === 0 ? (
                <EmptyState title="No agent fits these filters">
                  {data.agents.length} {data.agents.length === 1 ? 'agent is' : 'agents are'} hidden; clear the search
                  or choose another state.
                </EmptyState>
              ) : (
                <FleetGrid team={team} groups={groups} onView={setInView} />
              )}
              {data.isCut ? (
                <p className="text-sm text-quiet">Only the first {data.agents.length} agents are listed.</p>
              ) : null}
            </div>
          )
        }
      </Answer>
    </>
  );
}
