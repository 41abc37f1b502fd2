import { formatBytes } from '@telltale/contracts/format/bytes';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTeam } from '../../app/use-team.ts';
import { targetNowQuery, useTargetFeed } from '../../live/use-target-feed.ts';
import { BudgetPanel } from '../../parts/budget-panel.tsx';
import { CallsTable } from '../../parts/calls-table.tsx';
import { GitTimeline } from '../../parts/git-timeline.tsx';
import { LogTail } from '../../parts/log-tail.tsx';
import { MemoryPanel } from '../../parts/memory-panel.tsx';
import { ProcessTree } from '../../parts/process-tree.tsx';
import { SampleCharts } from '../../parts/sample-charts.tsx';
import { SumsStats } from '../../parts/sums-stats.tsx';
import { UsageCharts } from '../../parts/usage-charts.tsx';
import { agentQuery, agentsQuery, agentsUnderQuery } from '../../server/agents.ts';
import { Ago } from '../../ui/ago.tsx';
import { Answer } from '../../ui/answer.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { LiveBadge } from '../../ui/live-badge.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Segments } from '../../ui/segments.tsx';
import { Stat } from '../../ui/stat.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { AgentRuns } from './agent-runs.tsx';
import { CurrentRunCharts } from './current-run-charts.tsx';
import { CurrentRunControls } from './current-run-controls.tsx';
import { SubAgents } from './sub-agents.tsx';

const route = getRouteApi('/agents/$id');
const spans = [
  { value: 'hour', label: '1 h' },
  { value: 'day', label: '24 h' },
  { value: 'week', label: '7 d' },
  { value: 'month', label: '30 d' },
] as const;

/** One agent, whatever run it is in: what it does now and what it has cost. */
export function AgentPage() {
  const { id } = route.useParams();
  const team = useTeam();
  const target = useMemo(() => ({ agent_id: id }), [id]);
  const state = useTargetFeed(team, target);
  const agents = useQuery(agentsQuery(team));
  const { data: under = [] } = useQuery(agentsUnderQuery(team, id));
  // A sub-agent is not in the list of all.
  const { data: own = null } = useQuery({ ...agentQuery(team, id), enabled: id.includes('/') });
  const { data: now } = useQuery(targetNowQuery(team, target));
  const [span, setSpan] = useState<(typeof spans)[number]['value']>('hour');

  return (
    <Answer query={agents} lines={10}>
      {({ agents: rows }) => {
        const agent = rows.find(({ agent_id }) => agent_id === id) ?? own ?? undefined;
        if (agent === undefined) {
          return (
            <>
              <PageHead lead={id} title={<span className="truncate">{id}</span>} />
              <EmptyState title={`Nothing of ${id} has arrived in team ${team}`}>
                This page comes alive with its first record. It may also belong to another team.
              </EmptyState>
            </>
          );
        }
        const isRunning = agent.lifecycle === 'running' || agent.lifecycle === 'started';
        const process = now?.process_metrics ?? null;
        return (
          <div className="flex flex-col gap-4">
            <PageHead
              lead={agent.name}
              title={
                <>
                  <span className="truncate">{agent.name}</span>
                  <StateBadge state={agent.state} reason={agent.state_reason} />
                  <LiveBadge state={state} />
                </>
              }
            >
              {agent.current_run_id === null ? null : (
                <>
                  <Link
                    to="/runs/$id"
                    params={{ id: agent.current_run_id }}
                    className="text-sm text-accent hover:underline"
                  >
                    {isRunning ? 'Its current run' : 'Its last run'}
                  </Link>
                  <CurrentRunControls team={team} runId={agent.current_run_id} />
                </>
              )}
            </PageHead>
            <p className="-mt-6 text-sm text-quiet">
              <Ago at={agent.state_since} /> · {agent.state_reason}
              {agent.host === null ? '' : ` · on ${agent.host}`}
              {agent.crew_id === null ? '' : ` · crew ${agent.crew_id}`}
              {agent.parent_agent_id === null ? null : (
                <>
                  {' · under '}
                  <Link
                    to="/agents/$id"
                    params={{ id: agent.parent_agent_id }}
                    className="text-accent underline underline-offset-2"
                  >
                    {agent.parent_agent_id}
                  </Link>
                </>
              )}
            </p>
            <SumsStats sums={agent}>
              <Stat
                label="CPU"
                value={process === null || !isRunning ? '–' : `${process.cpu_percent.toFixed(1)} %`}
                note="100 % = one core"
              />
              <Stat
                label="Memory"
                value={process === null || !isRunning ? '–' : formatBytes(process.memory_bytes)}
                note={
                  process === null
                    ? 'no sample yet'
                    : `${process.processes} ${process.processes === 1 ? 'process' : 'processes'}`
                }
              />
            </SumsStats>
            {isRunning && agent.current_run_id !== null ? (
              <CurrentRunCharts team={team} target={target} runId={agent.current_run_id} />
            ) : (
              <SampleCharts team={team} target={target} />
            )}
            <div className="flex justify-end">
              <Segments label="Time of the charts below" value={span} options={spans} onChange={setSpan} />
            </div>
            <UsageCharts team={team} target={target} period={span} />
            <LogTail team={team} target={target} />
            <CallsTable team={team} question={{ kind: 'llm_call', agent_id: id }} />
            <CallsTable team={team} question={{ kind: 'tool_call', agent_id: id }} />
            <div className="grid gap-4 lg:grid-cols-2">
              <ProcessTree team={team} target={target} isRunning={isRunning} />
              <GitTimeline team={team} target={target} />
              <MemoryPanel team={team} agentId={id} />
              <BudgetPanel team={team} whose={target} />
              <SubAgents agents={[...rows, ...under]} parent={id} />
            </div>
            <AgentRuns team={team} agentId={id} />
          </div>
        );
      }}
    </Answer>
  );
}
