import type { StoredRunEvent } from '@telltale/contracts/http/records';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Pause, Play, Square } from 'lucide-react';
import { useState } from 'react';
import { apiOf } from '../server/api.ts';
import { sessionQuery } from '../server/session.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';

type Action = 'stop' | 'pause' | 'resume';

const words = {
  stop: 'Its processes are asked to end, and after the grace time they are killed. It cannot be undone.',
  pause: 'Its processes are frozen where they are; open connections may time out meanwhile.',
  resume: 'Its processes go on where they were.',
} as const;

/** Whether its processes are frozen now, by what was told of it. */
export const isPaused = (events: readonly StoredRunEvent[]): boolean =>
  events.findLast(({ event }) => event === 'paused' || event === 'resumed')?.event === 'paused';

/** Stops, pauses or resumes a run that goes on, after a question. Only for who may administer. */
export function RunControls({
  team,
  runId,
  events,
}: {
  team: string;
  runId: string;
  events: readonly StoredRunEvent[];
}) {
  const cache = useQueryClient();
  const { data: who } = useQuery(sessionQuery);
  const [asked, setAsked] = useState<Action | null>(null);
  const command = useMutation({
    mutationFn: (action: Action) => apiOf(team).commandRun(runId, action),
    onSuccess: () => {
      setAsked(null);
      for (const name of ['run', 'run-events', 'agents']) void cache.invalidateQueries({ queryKey: [name] });
    },
  });
  if (who?.scopes.includes('admin') !== true) return null;
  const paused = isPaused(events);
  const Icon = paused ? Play : Pause;
  return (
    <>
      <Button onClick={() => setAsked(paused ? 'resume' : 'pause')}>
        <Icon aria-hidden className="size-3.5" />
        {paused ? 'Resume run' : 'Pause run'}
      </Button>
      <Button tone="danger" onClick={() => setAsked('stop')}>
        <Square aria-hidden className="size-3.5" />
        Stop run
      </Button>
      <ConfirmDialog
        open={asked !== null}
        title={`${asked === 'stop' ? 'Stop' : asked === 'pause' ? 'Pause' : 'Resume'} this run?`}
        action={asked === 'stop' ? 'Stop it' : asked === 'pause' ? 'Pause it' : 'Resume it'}
        isBusy={command.isPending}
        error={command.error}
        onCancel={() => {
          command.reset();
          setAsked(null);
        }}
        onConfirm={() => asked !== null && command.mutate(asked)}
      >
        {asked === null ? null : words[asked]}
      </ConfirmDialog>
    </>
  );
}
