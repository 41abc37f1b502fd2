import { useQuery } from '@tanstack/react-query';
import { RunControls } from '../../parts/run-controls.tsx';
import { runEventsQuery } from '../../server/runs.ts';

/** Stops or pauses what the agent runs now. */
export function CurrentRunControls({ team, runId }: { team: string; runId: string }) {
  const { data: events } = useQuery(runEventsQuery(team, runId));
  return events === undefined ? null : <RunControls team={team} runId={runId} events={events} />;
}
