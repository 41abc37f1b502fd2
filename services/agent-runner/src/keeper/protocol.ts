import { runAction } from '@telltale/contracts/http/run-commands';
import { common } from '@telltale/contracts/records/common';
import { endReason } from '@telltale/contracts/records/run-event';
import { name } from '@telltale/contracts/text';
import { z } from 'zod';

/** Of what is spoken over the socket. An agent-runner speaks to a keeper of its own number and of the one before. */
export const keeperProtocol = 1;

const above0 = z.number().positive();
const path = z.string().startsWith('/', { error: 'is not an absolute path' });
const milliseconds = z.int().nonnegative();

const runLimits = z.strictObject({
  timeout: above0.optional(),
  idle: above0.optional(),
  cpu: above0.optional(),
  memory: above0.optional(),
  processes: above0.optional(),
  output: above0.optional(),
  tokens: above0.optional(),
  usd: above0.optional(),
  idleTokens: above0.optional(),
});

const { agent_id, session_id, task_id, crew_id, parent_agent_id, parent_run_id, user_id, project, labels } = common;
const identity = z.strictObject({
  agent_id,
  session_id,
  task_id,
  crew_id,
  parent_agent_id,
  parent_run_id,
  user_id,
  project,
  labels,
});

/** What a keeper is asked to run. */
export const runSpec = z.strictObject({
  /** Made by who asks, so that asking twice starts nothing twice; else by the keeper. */
  run_id: name.optional(),
  team_id: name,
  /** Program and arguments; never a shell string. */
  argv: z.array(z.string()).min(1),
  /** Default: the home folder of the keeper's user. */
  cwd: path.optional(),
  /** All of the program's environment; default: the keeper's own, in which there are no secrets of Telltale. */
  env: z.record(z.string(), z.string()).optional(),
  identity,
  /** Further agents that work in the same process. */
  agent_ids: z.array(name).max(50).optional(),
  /** Which try of its task this is, from 1. */
  attempt: z.int().positive().optional(),
  limits: runLimits.optional(),
  grace_ms: milliseconds.optional(),
  hand_back_ms: milliseconds.optional(),
  capture: z.enum(['metadata', 'redacted', 'full']).optional(),
  proxy: z.enum(['on', 'off', 'auto']).optional(),
  plain: z.boolean().optional(),
  orchestrator: z.boolean().optional(),
  keep_orphans: z.boolean().optional(),
  /** Whether start and end of the run are those of its task too (true unless given). */
  sends_task_status: z.boolean().optional(),
  stdin_file: path.optional(),
  /** Get what the program prints, beside its being recorded. */
  stdout_file: path.optional(),
  stderr_file: path.optional(),
});
export type RunSpec = z.input<typeof runSpec>;

/** What a keeper is asked to watch that somebody else started. */
export const attachSpec = z.strictObject({
  run_id: name.optional(),
  team_id: name,
  pid: z.int().positive(),
  identity,
  limits: runLimits.optional(),
  /** Limits, stop and pause act on it; otherwise it is only watched. */
  enforce: z.boolean(),
  grace_ms: milliseconds.optional(),
  capture: z.enum(['metadata', 'redacted', 'full']).optional(),
});
export type AttachSpec = z.input<typeof attachSpec>;

/** How a run in a keeper ended: `RunResult` in the words of the wire. */
export const runEnd = z.object({
  run_id: z.string(),
  end_reason: endReason,
  /** null: nobody could see it, of a process that was only watched. */
  exit_code: z.int().nullable(),
  signal: z.string().nullable(),
  pid: z.int().nullable(),
  start_error: z.string().nullable(),
  output_error: z.string().nullable(),
  duration_ms: z.number(),
  lines: z.int(),
  output_bytes: z.int(),
  left_running: z.int(),
  survivors: z.int(),
  started_at: z.string(),
  ended_at: z.string(),
});
export type RunEnd = z.output<typeof runEnd>;

/** A run that a keeper has, or whose end it still remembers. */
export const keptRun = z.object({
  run_id: z.string(),
  team_id: z.string(),
  agent_id: z.string(),
  task_id: z.string().nullable(),
  status: z.enum(['running', 'ended']),
  pid: z.int().nullable(),
  started_at: z.string(),
  /** It was started by somebody else and is only watched. */
  attached: z.boolean(),
  end: runEnd.nullable(),
});
export type KeptRun = z.output<typeof keptRun>;

export const hello = z.object({
  protocol: z.int(),
  /** Of the product that the keeper was started from. */
  version: z.string(),
  pid: z.int(),
  /** The gateway it reports to. */
  url: z.string(),
  running: z.int(),
  /** It starts nothing any more. */
  draining: z.boolean(),
});
export type Hello = z.output<typeof hello>;

export const started = z.object({ run_id: z.string(), known: z.boolean() });
export const runsAnswer = z.object({ runs: z.array(keptRun) });
export const commandBody = z.strictObject({ action: runAction, actor: name });
export const outcome = z.object({ outcome: z.string() });
export const drainBody = z.strictObject({ draining: z.boolean() });
export const shutdownBody = z.strictObject({ actor: name, grace_ms: milliseconds.optional() });
export const refusal = z.object({
  code: z.enum(['invalid', 'no_such_run', 'closing', 'refused', 'failed']),
  message: z.string(),
});
export type Refusal = z.output<typeof refusal>;
