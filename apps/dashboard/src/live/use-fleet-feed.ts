import type { AgentTelemetry } from '@telltale/contracts/http/agent-telemetry';
import type { LiveMessage, LiveSnapshot, TeamTotals } from '@telltale/contracts/live';
import { createLiveClient, type LiveState } from '@telltale/sdk/live-client';
import { notifyManager, queryOptions, skipToken, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { agentsQuery, telemetryKey } from '../server/agents.ts';
import { applyMessage, fromSnapshot, type AgentNow } from './agent-now.ts';
import { createDrip } from './drip.ts';
import { throttle } from './throttle.ts';

/** Up to so many agents the whole team is heard; beyond it only the agents in view. */
const wholeTeam = 60;

/** Filled by the live feed alone. */
export const totalsQuery = (team: string) =>
  queryOptions<TeamTotals>({ queryKey: ['team-totals', team], queryFn: skipToken, staleTime: Infinity });
export const agentNowQuery = (team: string, agentId: string) =>
  queryOptions<AgentNow>({
    queryKey: telemetryKey(team, agentId),
    queryFn: skipToken,
    staleTime: Infinity,
    // Each message makes a new one of what it leaves as it is: there is nothing to find by comparing.
    structuralSharing: false,
  });

/** What there is to draw: a message, or what a snapshot says of one agent. */
type Heard = LiveMessage | AgentTelemetry;

function patch(cache: QueryClient, team: string, heard: Heard, refresh: () => void): void {
  if (!('event' in heard)) {
    cache.setQueryData<AgentNow>(agentNowQuery(team, heard.agent_id).queryKey, (before) => fromSnapshot(heard, before));
    return;
  }
  if (heard.event === 'team_totals') {
    cache.setQueryData(totalsQuery(team).queryKey, heard.data);
    const known = cache.getQueryData(agentsQuery(team).queryKey)?.agents.length;
    if (known !== undefined && known !== heard.data.agents) refresh();
    return;
  }
  const { queryKey } = agentNowQuery(team, heard.agent_id);
  const known = cache.getQueryData(agentsQuery(team).queryKey)?.agents.find((row) => row.agent_id === heard.agent_id);
  // New sums alone tell nothing of what an agent does that was not looked at yet: its snapshot is on its way.
  const isSumsAlone = heard.event === 'llm_call' && heard.data.items.length === 0;
  cache.setQueryData<AgentNow>(queryKey, (before) =>
    before === undefined && isSumsAlone ? undefined : applyMessage(before, heard),
  );
  // Its state is the server's to tell: a card that says idle while it works is asked for again.
  const isOutdated = known === undefined || (heard.event !== 'metrics_update' && known.state !== 'working');
  if (isOutdated || heard.event === 'run_event') refresh();
}

function begin(cache: QueryClient, team: string, snapshot: LiveSnapshot, refresh: () => void): void {
  if (!('agents' in snapshot)) return;
  const known = new Set(cache.getQueryData(agentsQuery(team).queryKey)?.agents.map(({ agent_id }) => agent_id));
  if (snapshot.agents.some(({ agent_id }) => !known.has(agent_id))) refresh();
  if (snapshot.totals !== null) cache.setQueryData(totalsQuery(team).queryKey, snapshot.totals);
}

/** Hears a team and patches the cache: totals always, and the agents in view (all of them while they are few). */
export function useFleetFeed(team: string, inView: readonly string[], total: number, isPaused: boolean): LiveState {
  const cache = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');
  const client = useRef<ReturnType<typeof createLiveClient> | null>(null);
  // As text, to be compared; names may hold any character.
  const wanted = total <= wholeTeam ? '' : JSON.stringify(inView.slice(0, 200).toSorted());
  const asked = useRef(wanted);

  useEffect(() => {
    const count = (): number => cache.getQueryData(agentsQuery(team).queryKey)?.agents.length ?? 0;
    const refresh = throttle(
      () => void cache.invalidateQueries({ queryKey: ['agents', team] }),
      () => (count() > 200 ? 5_000 : 1_000),
    );
    asked.current = '';
    const live = createLiveClient({ url: location.origin, subscription: { team_id: team } });
    client.current = live;
    setState('connecting');
    live.on('state', (next) => {
      setState(next);
      // A session that is over: the page asks who is signed in, and shows where to sign in.
      if (next === 'refused') void cache.invalidateQueries({ queryKey: ['session'] });
    });
    const drip = createDrip<Heard>((portion) =>
      notifyManager.batch(() => portion.forEach((heard) => patch(cache, team, heard, refresh))),
    );
    live.on('snapshot', (snapshot) => {
      drip.clear();
      begin(cache, team, snapshot, refresh);
      if ('agents' in snapshot) snapshot.agents.forEach(drip.add);
    });
    live.on('message', drip.add);
    return () => {
      drip[Symbol.dispose]();
      refresh[Symbol.dispose]();
      live[Symbol.dispose]();
      client.current = null;
    };
  }, [cache, team]);

  useEffect(() => {
    if (isPaused) client.current?.pause();
    else client.current?.resume();
  }, [isPaused, team]);

  useEffect(() => {
    if (wanted === asked.current) return undefined;
    // Scrolling passes many agents by: only where it comes to rest is worth a new subscription.
    const timer = setTimeout(() => {
      asked.current = wanted;
      client.current?.change(
        wanted === '' ? { team_id: team } : { team_id: team, agent_ids: JSON.parse(wanted) as string[] },
      );
    }, 350);
    return () => clearTimeout(timer);
  }, [wanted, team]);

  return state;
}
