import type { LiveState } from '@telltale/sdk/live-client';
import { Pause, Play } from 'lucide-react';
import { Badge } from './badge.tsx';
import { Button } from './button.tsx';

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

/** Whether the page hears what happens; with `onPause` it can be held still, and goes on with what it missed. */
export function LiveBadge({ state, onPause }: { state: LiveState; onPause?: (isPaused: boolean) => void }) {
  const { tone, text, title } = words[state];
  const isPaused = state === 'paused';
  const Icon = isPaused ? Play : Pause;
  return (
    <>
      <Badge tone={tone} title={title}>
        <span aria-hidden className={`size-1.5 rounded-full bg-current ${state === 'live' ? 'animate-pulse' : ''}`} />
        {text}
      </Badge>
      {onPause === undefined ? null : (
        <Button
          tone="ghost"
          compact
          aria-label={isPaused ? 'Go on with updates' : 'Pause updates'}
          onClick={() => onPause(!isPaused)}
        >
          <Icon aria-hidden className="size-3.5" />
        </Button>
      )}
    </>
  );
}
