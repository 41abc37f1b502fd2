import { formatBytes } from '@telltale/contracts/format/bytes';
import { formatCount } from '@telltale/contracts/format/count';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { TimeChart } from '../charts/time-chart.tsx';
import type { Mark } from '../charts/series.ts';
import { samplesQuery, type Sample } from '../live/sample-feed.ts';
import type { Target } from '../live/target.ts';
import { Answer } from '../ui/answer.tsx';

/** As many digits as a step between two marks of an axis may need. */
const percent = (value: number | null): string =>
  value === null ? '–' : `${Number(value.toFixed(value < 1 ? 2 : value < 10 ? 1 : 0))} %`;
const none: readonly Mark[] = [];

function chartOf(samples: readonly (Sample & { atMs: number })[], name: string, pick: (sample: Sample) => number) {
  return { times: samples.map(({ atMs }) => atMs), series: [{ name, values: samples.map(pick) }] };
}

/** What the process tree took of the machine over time, with the limits it runs under. */
export function SampleCharts({
  team,
  target,
  limits,
}: {
  team: string;
  target: Target;
  limits?: { memory: readonly Mark[]; processes: readonly Mark[] };
}) {
  const query = useQuery(samplesQuery(team, target));
  const samples = query.data;
  const charts = useMemo(() => {
    const timed = (samples ?? []).map((sample) => ({ ...sample, atMs: Date.parse(sample.at) }));
    return {
      cpu: chartOf(timed, 'CPU', (sample) => sample.cpu_percent),
      memory: chartOf(timed, 'Memory', (sample) => sample.memory_bytes),
      processes: chartOf(timed, 'Processes', (sample) => sample.processes),
    };
  }, [samples]);
  return (
    <Answer query={query}>
      {() => (
        <div className="grid gap-4 lg:grid-cols-3">
          <TimeChart title="CPU" unit="100 % = one core" file="cpu" data={charts.cpu} kind="area" format={percent} />
          <TimeChart
            title="Memory"
            unit="resident, whole tree"
            file="memory"
            data={charts.memory}
            kind="area"
            marks={limits?.memory ?? none}
            format={formatBytes}
            steps="bytes"
          />
          <TimeChart
            title="Processes"
            unit="in the tree"
            file="processes"
            data={charts.processes}
            kind="area"
            marks={limits?.processes ?? none}
            format={formatCount}
            steps="whole"
          />
        </div>
      )}
    </Answer>
  );
}
