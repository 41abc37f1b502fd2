import type { TaskOrder } from '@telltale/contracts/http/task-orders';
import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { openApiOfTeam } from '../known-team.ts';
import { readLimitFlags, type LimitFlags } from '../run/limit-flags.ts';
import { awaitTasks } from './await-tasks.ts';
import { readInputs, type InputFlags } from './read-inputs.ts';

export type CreateFlags = ClientFlags &
  InputFlags &
  Omit<LimitFlags, 'grace'> & {
    repo?: string;
    agent?: string;
    session?: string;
    key?: string;
    priority?: number;
    attempts?: number;
    wait?: boolean;
  };

/** The limits that are given, in the words of the API; none: undefined. */
function limitsOf(flags: CreateFlags) {
  const { limits } = readLimitFlags(flags);
  const named = {
    timeout_ms: limits.timeout,
    idle_timeout_ms: limits.idle,
    max_cpu_seconds: limits.cpu === undefined ? undefined : limits.cpu / 1_000,
    max_memory_bytes: limits.memory,
    max_processes: limits.processes,
    max_output_bytes: limits.output,
    max_tokens: limits.tokens,
    max_usd: limits.usd,
    max_idle_tokens: limits.idleTokens,
  };
  return Object.values(named).some((value) => value !== undefined) ? named : undefined;
}

/** `telltale tasks create`: prints the task's id; with --wait its end decides about the exit code. */
export async function createTask(crew: string, flags: CreateFlags, context: Context): Promise<void> {
  const api = await openApiOfTeam(flags, context);
  const task = await api.createTask({
    crew_id: crew,
    inputs: readInputs(flags),
    repo_url: flags.repo,
    limits: limitsOf(flags),
    agent_id: flags.agent,
    session_id: flags.session,
    idempotency_key: flags.key,
    priority: flags.priority,
    max_attempts: flags.attempts,
  });
  if (flags.wait !== true) {
    context.out(flags.json === true ? `${JSON.stringify(task)}\n` : `${task.task_id}\n`);
    return;
  }
  if (flags.json !== true) context.out(`${task.task_id}\n`);
  const [ended = task] = await awaitTasks(api, [task.task_id], () => undefined, null);
  if (flags.json === true) context.out(`${JSON.stringify(ended)}\n`);
  else if (flags.quiet !== true) context.say(describe(ended));
  if (ended.status !== 'COMPLETED') context.exitCode = 1;
}

const describe = ({ task_id, status, error_message }: TaskOrder): string =>
  `task ${task_id}: ${status}${error_message === null ? '' : ` (${error_message})`}`;
