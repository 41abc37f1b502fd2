import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Target } from '../../live/target.ts';
import { limitsOf } from '../../parts/limits-of.ts';
import { SampleCharts } from '../../parts/sample-charts.tsx';
import { runEventsQuery } from '../../server/runs.ts';

/** What the agent took of the machine, with the limits of the run that goes on. */
export function CurrentRunCharts({ team, target, runId }: { team: string; target: Target; runId: string }) {
  const { data: events } = useQuery(runEventsQuery(team, runId));
  const limits = useMemo(() => limitsOf(events ?? []), [events]);
  return <SampleCharts team={team} target={target} limits={limits} />;
}
