import type { RunRow } from '@telltale/contracts/http/runs';
import { Badge, type Tone } from '../ui/badge.tsx';

const calm: ReadonlySet<string> = new Set(['completed', 'cancelled', 'unknown']);

/** Whether a run goes on, and else why it does not. */
export function RunBadge({
  run,
  isPaused = false,
}: {
  run: Pick<RunRow, 'status' | 'end_reason' | 'exit_code' | 'signal'>;
  isPaused?: boolean;
}) {
  if (run.status === 'running' && isPaused) return <Badge tone="accent">paused</Badge>;
  if (run.status === 'running') return <Badge tone="good">running</Badge>;
  const reason = run.end_reason ?? 'ended';
  const tone: Tone = reason === 'completed' ? 'quiet' : calm.has(reason) ? 'accent' : 'bad';
  const how = run.signal ?? (run.exit_code === null ? null : `exit ${run.exit_code}`);
  return (
    <Badge tone={tone} {...(how === null ? {} : { title: how })}>
      {reason}
      {how === null || reason === 'completed' ? '' : ` · ${how}`}
    </Badge>
  );
}
