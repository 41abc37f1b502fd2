import type { LiveState } from '@telltale/sdk/live-client';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { useFleetFeed } from '../../live/use-fleet-feed.ts';
import type { InView } from './in-view.ts';

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
  inView: InView;
  total: number;
  isPaused: boolean;
  onState: (team: string, state: LiveState) => void;
}) {
  const shown = useSyncExternalStore(inView.subscribe, inView.get);
  const ids = useMemo(
    () => shown.flatMap(({ team_id, agent_id }) => (team_id === team ? [agent_id] : [])),
    [shown, team],
  );
  const state = useFleetFeed(team, ids, total, isPaused);
  useEffect(() => onState(team, state), [team, state, onState]);
  return null;
}
