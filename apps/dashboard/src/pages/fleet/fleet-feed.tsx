import type { AgentRow } from '@telltale/contracts/http/agents';
import type { LiveState } from '@telltale/sdk/live-client';
import { useEffect, useMemo } from 'react';
import { useFleetFeed } from '../../live/use-fleet-feed.ts';

/** Listens to one team and shows nothing; says how its feed is. */
export function FleetFeed({
  team,
  inView,
  total,
  isPaused,
  onState,
}: {
  team: string;
  /** Agents near the screen, of whatever team. */
  inView: readonly AgentRow[];
  total: number;
  isPaused: boolean;
  onState: (team: string, state: LiveState) => void;
}) {
  const ids = useMemo(
    () => inView.flatMap(({ team_id, agent_id }) => (team_id === team ? [agent_id] : [])),
    [inView, team],
  );
  const state = useFleetFeed(team, ids, total, isPaused);
  useEffect(() => onState(team, state), [team, state, onState]);
  return null;
}
