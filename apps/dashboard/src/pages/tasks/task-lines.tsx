import { useMemo } from 'react';
import { useTargetFeed } from '../../live/use-target-feed.ts';
import { LogTail } from '../../parts/log-tail.tsx';

/** What the task's newest run writes, as it is written. */
export function TaskLines({ team, runId }: { team: string; runId: string }) {
  const target = useMemo(() => ({ run_id: runId }), [runId]);
  useTargetFeed(team, target);
  return <LogTail team={team} target={target} />;
}
