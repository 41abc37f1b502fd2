import type { LiveState } from '@telltale/sdk/live-client';
import { Badge } from './badge.tsx';

const words = {
  live: { tone: 'good', text: 'live', title: 'What happens is shown as it happens' },
  connecting: {
    tone: 'warn',
    text: 'connecting …',
    title: 'The live feed is away; what is missed follows when it is back',
  },
  paused: { tone: 'quiet', text: 'paused', title: 'Nothing is heard until you go on' },
  refused: { tone: 'bad', text: 'not allowed', title: 'This key may not listen: it needs the scope read' },
  closed: { tone: 'quiet', text: 'closed', title: 'The page stopped listening' },
} as const;

export function LiveBadge({ state }: { state: LiveState }) {
  const { tone, text, title } = words[state];
  return (
    <Badge tone={tone} title={title}>
      <span aria-hidden className={`size-1.5 rounded-full bg-current ${state === 'live' ? 'animate-pulse' : ''}`} />
      {text}
    </Badge>
  );
}
