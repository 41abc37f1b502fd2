import { formatDuration } from '@telltale/contracts/format/duration';
import type { RunRow } from '@telltale/contracts/http/runs';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTeam } from '../../app/use-team.ts';
import { useTargetFeed } from '../../live/use-target-feed.ts';
import { BudgetPanel } from '../../parts/budget-panel.tsx';
import { CallsTable } from '../../parts/calls-table.tsx';
import { GitTimeline } from '../../parts/git-timeline.tsx';
import { limitsOf } from '../../parts/limits-of.ts';
import { LogTail } from '../../parts/log-tail.tsx';
import { ProcessTree } from '../../parts/process-tree.tsx';
import { RunBadge } from '../../parts/run-badge.tsx';
import { isPaused, RunControls } from '../../parts/run-controls.tsx';
import { RunSteps } from '../../parts/run-steps.tsx';
import { SampleCharts } from '../../parts/sample-charts.tsx';
import { SumsStats } from '../../parts/sums-stats.tsx';
import { UsageCharts } from '../../parts/usage-charts.tsx';
import { runEventsQuery, runQuery } from '../../server/runs.ts';
import { Answer } from '../../ui/answer.tsx';
import { LiveBadge } from '../../ui/live-badge.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Stat } from '../../ui/stat.tsx';
import { RunFacts } from './run-facts.tsx';

const route = getRouteApi('/runs/$id');

/** Its tokens and cost over its whole life. */
function RunUsage({ team, run }: { team: string; run: RunRow }) {
  const target = useMemo(() => ({ run_id: run.run_id }), [run.run_id]);
  const life = useMemo(() => ({ from: run.started_at, to: run.ended_at }), [run.started_at, run.ended_at]);
  return <UsageCharts team={team} target={target} life={life} />;
}

/** One execution of an agent's process, from its start to its end. */
export function RunPage() {
  const { id } = route.useParams();
  const team = useTeam();
  const target = useMemo(() => ({ run_id: id }), [id]);
  const state = useTargetFeed(team, target);
  const query = useQuery(runQuery(team, id));
  const events = useQuery(runEventsQuery(team, id)).data;
  const limits = useMemo(() => limitsOf(events ?? []), [events]);

  return (
    <Answer query={query} lines={10}>
      {(run) => (
        <div className="flex flex-col gap-4">
          <PageHead
            lead={`Run of ${run.agent_id}`}
            title={
              <>
                Run of{' '}
                <Link to="/agents/$id" params={{ id: run.agent_id }} className="hover:text-accent">
                  {run.agent_id}
                </Link>
                <RunBadge run={run} isPaused={isPaused(events ?? [])} />
                <LiveBadge state={state} />
              </>
            }
          >
            {run.status === 'running' ? <RunControls team={team} runId={id} events={events ?? []} /> : null}
          </PageHead>
          <RunFacts run={run} />
          <SumsStats sums={run}>
            <Stat
              label="Duration"
              value={formatDuration(run.duration_ms)}
              note={run.status === 'running' ? 'so far' : 'from start to end'}
            />
            <Stat
              label="Peak CPU"
              value={run.peak_cpu_percent === null ? '–' : `${Math.round(run.peak_cpu_percent)} %`}
              note={`${run.peak_processes ?? '–'} ${run.peak_processes === 1 ? 'process' : 'processes'} at most`}
            />
          </SumsStats>
          <SampleCharts team={team} target={target} limits={limits} />
          <RunUsage team={team} run={run} />
          <LogTail team={team} target={target} />
          <CallsTable team={team} question={{ kind: 'llm_call', run_id: id }} />
          <CallsTable team={team} question={{ kind: 'tool_call', run_id: id }} />
          <div className="grid gap-4 lg:grid-cols-2">
            <ProcessTree team={team} target={target} isRunning={run.status === 'running'} />
            <RunSteps events={events ?? []} />
            <GitTimeline team={team} target={target} />
            <BudgetPanel team={team} whose={target} />
          </div>
        </div>
      )}
    </Answer>
  );
}
