import { formatDuration } from '@telltale/contracts/format/duration';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTeam } from '../../app/use-team.ts';
import { useTargetFeed } from '../../live/use-target-feed.ts';
import { CallsTable } from '../../parts/calls-table.tsx';
import { GitTimeline } from '../../parts/git-timeline.tsx';
import { LogTail } from '../../parts/log-tail.tsx';
import { SumsStats } from '../../parts/sums-stats.tsx';
import { sessionRowQuery } from '../../server/metrics.ts';
import { Answer } from '../../ui/answer.tsx';
import { LiveBadge } from '../../ui/live-badge.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Stat } from '../../ui/stat.tsx';
import { ToolsUsed } from './tools-used.tsx';

const route = getRouteApi('/sessions/$id');

export function SessionPage() {
  const { id } = route.useParams();
  const team = useTeam();
  const target = useMemo(() => ({ session_id: id }), [id]);
  const state = useTargetFeed(team, target);
  const query = useQuery(sessionRowQuery(team, id));
  return (
    <Answer query={query} lines={10}>
      {(session) => (
        <div className="flex flex-col gap-4">
          <PageHead
            lead={`Session ${id}`}
            title={
              <>
                Session <span className="truncate">{id}</span> <LiveBadge state={state} />
              </>
            }
          />
          <p className="-mt-6 flex flex-wrap gap-x-4 text-sm text-quiet">
            {session.agent_ids.map((agent) => (
              <Link
                key={agent}
                to="/agents/$id"
                params={{ id: agent }}
                className="text-accent underline underline-offset-2"
              >
                {agent}
              </Link>
            ))}
            {session.task_ids.map((task) => (
              <Link
                key={task}
                to="/tasks/$id"
                params={{ id: task }}
                className="text-accent underline underline-offset-2"
              >
                task {task}
              </Link>
            ))}
          </p>
          <SumsStats sums={session}>
            <Stat label="Duration" value={formatDuration(session.duration_ms)} note="first to last record" />
          </SumsStats>
          <CallsTable team={team} question={{ kind: 'llm_call', session_id: id }} />
          <CallsTable team={team} question={{ kind: 'tool_call', session_id: id }} />
          <div className="grid gap-4 lg:grid-cols-2">
            <ToolsUsed tools={session.tools_used} />
            <GitTimeline team={team} target={target} />
          </div>
          <LogTail team={team} target={target} />
        </div>
      )}
    </Answer>
  );
}
