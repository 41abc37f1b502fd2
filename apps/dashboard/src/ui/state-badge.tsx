import type { AgentRow } from '@telltale/contracts/http/agents';
import { Badge, type Tone } from './badge.tsx';

const tones: Record<AgentRow['state'], Tone> = {
  working: 'good',
  waiting: 'accent',
  idle: 'quiet',
  stuck: 'warn',
  over_budget: 'bad',
  silent: 'warn',
  done: 'quiet',
};

export function StateBadge({
  state,
  reason,
  isStill = false,
}: {
  state: AgentRow['state'];
  reason?: string;
  /** Each pulse is a layer that the browser puts together again in every frame: among many nothing pulses. */
  isStill?: boolean;
}) {
  const pulse = state === 'working' && !isStill ? 'animate-pulse' : '';
  return (
    <Badge tone={tones[state]} {...(reason === undefined ? {} : { title: reason })}>
      <span aria-hidden className={`size-1.5 rounded-full bg-current ${pulse}`} />
      {state.replace('_', ' ')}
    </Badge>
  );
}
