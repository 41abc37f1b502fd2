import { z } from 'zod';
import { name } from '../text.ts';
import { instant } from './query.ts';

/** What can be asked of a run that goes on. */
export const runAction = z.enum(['stop', 'pause', 'resume']);
export type RunAction = z.output<typeof runAction>;

/** How far a command is: it waits for the process that owns the run, which says what it did. */
export const runCommand = z.object({
  command_id: z.string(),
  run_id: z.string(),
  action: runAction,
  /** Who asked. */
  actor: z.string(),
  requested_at: instant,
  /** True when nobody will do it: the run is a process that somebody else started and that is only watched. */
  only_watched: z.boolean().optional(),
});
export type RunCommand = z.output<typeof runCommand>;

export const runCommandsAnswer = z.object({ commands: z.array(runCommand) });

/** Stops several runs: those of one agent, or all of the team. */
export const stopRunsBody = z
  .strictObject({ agent_id: name.optional(), all: z.literal(true).optional() })
  .refine(({ agent_id, all }) => (agent_id === undefined) !== (all === undefined), {
    error: 'name an agent_id, or say all: true',
    path: ['agent_id'],
  });

const mostRuns = 1_000;

/**
 * What a process that owns runs says and asks: which runs it owns, which commands it has done, and whether there are
 * others. What is not acknowledged is answered again. With `Prefer: wait=<seconds>` the answer waits for a command.
 */
export const runnerPollBody = z.strictObject({
  runs: z.array(name).max(mostRuns),
  acknowledged: z
    .array(z.strictObject({ command_id: z.uuid(), outcome: name }))
    .max(mostRuns)
    .default([]),
});
export type RunnerPollBody = z.input<typeof runnerPollBody>;
