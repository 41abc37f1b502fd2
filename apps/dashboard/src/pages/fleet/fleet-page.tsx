import type { AgentRow } from '@telltale/contracts/http/agents';
import type { LiveState } from '@telltale/sdk/live-client';
import { useQueries, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useTeam } from '../../app/use-team.ts';
import { agentsQuery } from '../../server/agents.ts';
import { sessionQuery } from '../../server/session.ts';
import { Answer } from '../../ui/answer.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { LiveBadge } from '../../ui/live-badge.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { arrangeAgents } from './arrange-agents.ts';
import { FirstAgent } from './first-agent.tsx';
import { FleetFeed } from './fleet-feed.tsx';
import { FleetFilters } from './fleet-filters.tsx';
import { FleetGrid } from './fleet-grid.tsx';
import { createInView } from './in-view.ts';
import { SampleHint, sampleTeam } from './sample-hint.tsx';
import { TotalsBar } from './totals-bar.tsx';

const route = getRouteApi('/');
/** Each team is heard by a subscription of its own. */
const mostTeams = 20;

/** The team that is looked at; grouped by team, those that who is signed in may see, the last active first. */
function useTeams(team: string, isByTeam: boolean): readonly string[] {
  const { data: who } = useQuery(sessionQuery);
  return useMemo(() => {
    if (!isByTeam || who === null || who === undefined) return [team];
    return [...new Set([team, ...who.teams.map(({ team_id }) => team_id)])].slice(0, mostTeams);
  }, [team, isByTeam, who]);
}

/** All lists as one, the same one as long as none of them changed. */
function useJoined(lists: readonly (readonly AgentRow[])[]): readonly AgentRow[] {
  const kept = useRef<{ lists: readonly (readonly AgentRow[])[]; joined: readonly AgentRow[] }>({
    lists: [],
    joined: [],
  });
  const before = kept.current.lists;
  if (lists.length !== before.length || lists.some((list, index) => list !== before[index])) {
    kept.current = { lists, joined: lists.flat() };
  }
  return kept.current.joined;
}

/** Every agent of the team as a card that lives; grouped by team, those of all teams. */
export function FleetPage() {
  const team = useTeam();
  const search = route.useSearch();
  const teams = useTeams(team, search.group === 'team');
  const [inView] = useState(createInView);
  const [isPaused, setPaused] = useState(false);
  const ask = (of: string) => ({ ...agentsQuery(of), enabled: !isPaused });
  const own = useQuery(ask(team));
  const all = useQueries({ queries: teams.map(ask) });
  const [states, setStates] = useState<Readonly<Record<string, LiveState>>>({});
  const onState = useCallback(
    (of: string, state: LiveState) =>
      setStates((before) => (before[of] === state ? before : { ...before, [of]: state })),
    [],
  );
  const answers = all.flatMap(({ data }) => data ?? []);
  const rows = useJoined(answers.map(({ agents }) => agents));
  const groups = useMemo(() => arrangeAgents(rows, search), [rows, search]);
  const heard = teams.map((one) => states[one] ?? 'connecting');

  return (
    <>
      {teams.map((one, index) => (
        <FleetFeed
          key={one}
          team={one}
          inView={inView}
          total={all[index]?.data?.agents.length ?? 0}
          isPaused={isPaused}
          onState={onState}
        />
      ))}
      <PageHead
        title={
          <>
            Fleet <LiveBadge state={heard.find((state) => state !== 'live') ?? 'live'} onPause={setPaused} />
          </>
        }
        lead="Fleet"
      >
        {/* Of no agent there is nothing to choose. */}
        {own.data !== undefined && rows.length === 0 ? null : <FleetFilters search={search} />}
      </PageHead>
      <Answer query={own} lines={8}>
        {(data) =>
          rows.length === 0 ? (
            <FirstAgent team={team} />
          ) : (
            <div className="flex flex-col gap-4">
              {team === sampleTeam ? <SampleHint /> : null}
              {teams.length > 1 ? null : <TotalsBar team={team} agents={data.agents} />}
              {groups.length === 0 ? (
                <EmptyState title="No agent fits these filters">
                  {rows.length} {rows.length === 1 ? 'agent is' : 'agents are'} hidden; clear the search or choose
                  another state.
                </EmptyState>
              ) : (
                <FleetGrid team={team} groups={groups} onView={inView.set} />
              )}
              {answers.some(({ isCut }) => isCut) ? (
                <p className="text-sm text-quiet">Only the first {rows.length} agents are listed.</p>
              ) : null}
            </div>
          )
        }
      </Answer>
    </>
  );
}
