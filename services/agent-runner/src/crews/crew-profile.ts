import { isAbsolute } from 'node:path';
import { crewId, crewInput, inputName, type CrewAnnouncement } from '@telltale/contracts/http/crews';
import { endReason } from '@telltale/contracts/records/run-event';
import { isStorableText, name } from '@telltale/contracts/text';
import { durationText, sizeText } from '@telltale/runtime/units';
import { z } from 'zod';
import { templateProblems } from './command-template.ts';

const positive = z.number().positive();
const limits = z.strictObject({
  timeout: durationText.optional(),
  idle_timeout: durationText.optional(),
  max_cpu_seconds: positive.optional(),
  max_memory: sizeText.optional(),
  max_processes: z.int().positive().optional(),
  max_output: sizeText.optional(),
  max_tokens: z.int().positive().optional(),
  max_usd: positive.optional(),
  /** Tokens of calls while nothing comes of them. */
  max_idle_tokens: z.int().positive().optional(),
});

const argument = z.string().max(100_000).refine(isStorableText, { error: 'contains a NUL character' });
const variableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'is not the name of a variable' });
/** What says for whom a run is: a crew cannot claim to be another's. */
const reserved =
  /^(?:TELLTALE_(?:RUN|TASK|SESSION|AGENT)_ID|TELLTALE_(?:DATABASE_URL|REDIS_URL|KEY_SECRET)(?:_FILE)?|LD_PRELOAD)$/;
const allowedName = variableName.refine((value) => !reserved.test(value), { error: 'is not a crew’s to set or read' });

/** One crew of `crews.yaml`, as a person writes it. */
export const crewProfile = z
  .strictObject({
    description: z.string().max(1_000).default(''),
    /** Program and arguments. `{name}` is an input, `{inputs_file}` the path of a JSON file with all of them. */
    argv: z.array(argument).min(1).max(1_000),
    inputs: z.record(inputName, crewInput).nullable().default(null),
    /** Variables that the program gets from the runner's own environment; no others. */
    env: z.array(allowedName).max(200).default([]),
    /** Variables with a value of the crew's own. */
    set: z.record(allowedName, argument).default({}),
    agents: z.array(name).max(100).default([]),
    /** `empty`: a new folder; `repository`: a slot of the task's repository; else a folder that is there. */
    workspace: z
      .string()
      .default('empty')
      .refine((value) => value === 'empty' || value === 'repository' || isAbsolute(value), {
        error: 'is not empty, repository or an absolute path',
      }),
    limits: limits.default({}),
    grace: durationText.optional(),
    attempts: z.int().min(1).max(10).default(1),
    backoff: durationText.default(5_000),
    retry_on: z.array(endReason).default(['failed', 'killed', 'lost']),
    concurrency: z.int().min(1).max(1_000).default(1),
    /** How its output is read: `auto` knows the lines of coding agents, `orchestrator` says that they are one's own. */
    adapter: z.enum(['auto', 'orchestrator', 'plain']).default('auto'),
    capture: z.enum(['metadata', 'redacted', 'full']).default('redacted'),
    proxy: z.enum(['on', 'off', 'auto']).default('auto'),
    input_summary: z.array(name).max(20).default([]),
  })
  .superRefine(({ argv, inputs }, context) => {
    for (const { index, message } of templateProblems(argv, inputs === null ? null : Object.keys(inputs))) {
      context.addIssue({ code: 'custom', path: ['argv', index], message });
    }
  });
export type CrewProfile = z.output<typeof crewProfile>;

export const crewsFile = z.strictObject({
  /** Runs at a time, of all crews. */
  slots: z.int().min(0).max(1_000).default(4),
  crews: z.record(crewId, crewProfile).default({}),
});
export type Crews = z.output<typeof crewsFile>;

type Limits = CrewProfile['limits'];
const limitsOf = ({ timeout, idle_timeout, max_memory, max_output, ...same }: Limits): CrewAnnouncement['limits'] => ({
  ...Object.fromEntries(Object.entries(same).filter(([, value]) => value !== undefined)),
  ...(timeout === undefined ? {} : { timeout_ms: timeout }),
  ...(idle_timeout === undefined ? {} : { idle_timeout_ms: idle_timeout }),
  ...(max_memory === undefined ? {} : { max_memory_bytes: max_memory }),
  ...(max_output === undefined ? {} : { max_output_bytes: max_output }),
});

const workspaceWord = (workspace: string): CrewAnnouncement['workspace'] =>
  workspace === 'empty' || workspace === 'repository' ? workspace : 'folder';

/** What of a crew leaves the host: nothing of its command or its variables. */
export function announcementOf(crew_id: string, profile: CrewProfile): CrewAnnouncement {
  return {
    crew_id,
    description: profile.description,
    inputs: profile.inputs,
    agents: profile.agents,
    input_summary: profile.input_summary,
    limits: limitsOf(profile.limits),
    max_attempts: profile.attempts,
    backoff_ms: profile.backoff,
    retry_on: profile.retry_on,
    concurrency: profile.concurrency,
    workspace: workspaceWord(profile.workspace),
  };
}
