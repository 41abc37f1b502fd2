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

export function StateBadge({ state, reason }: { state: AgentRow['state']; reason?: string }) {
  return (
    <Badge tone={tones[state]} {...(reason === undefined ? {} : { title: reason })}>
      <span aria-hidden className={`size-1.5 rounded-full bg-current ${state === 'working' ? 'animate-pulse' : ''}`} />
      {state.replace('_', ' ')}
    </Badge>
  );
}
